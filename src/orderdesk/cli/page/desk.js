// Tells textual.js where the desk is, and gives the terminal the keys once the desk is there.
"use strict";

const terminal = document.getElementById("terminal");
const desk = new URL("ws", document.baseURI);
desk.protocol = desk.protocol.replace("http", "ws");
desk.search = "";
terminal.dataset.sessionWebsocketUrl = desk.href;

new MutationObserver((changes, watch) => {
  // Before its first byte the desk could not be told that it has the keys.
  if (document.body.classList.contains("-first-byte")) {
    watch.disconnect();
    terminal.querySelector("textarea").focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });

document.getElementById("again").addEventListener("click", () => location.reload());
