"""The data package: the consolidated tables for programs and analysts, described so that nothing beside it is needed to read them."""
