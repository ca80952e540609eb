document.documentElement.classList.toggle("opened-as-file", location.protocol === "file:");
