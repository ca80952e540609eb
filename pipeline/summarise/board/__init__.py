"""The board: one page that says where the round stands, for a leader, a phone, a wall."""
