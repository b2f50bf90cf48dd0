/*
 * Where the chat does not start: shows the way to the plain page and the phone, and lets the buttons
 * of the window work. Written for browsers that are too old for the rest.
 */
(function () {
  var ways = { minimise: "shut", close: "shut", hide: "exit" };
  /** @type {{ cara: string, ended: boolean, title: string }[]} */
  var waiting = [];
  var host = "";

  /** @param {string} cara told to the launcher, once it has said which site this is */
  function tell(cara) {
    waiting.push({ cara: cara, ended: true, title: document.title });
    while (host && waiting.length > 0) parent.postMessage(waiting.shift(), host);
  }

  function stand() {
    var plain = document.getElementById("plain");
    if (!plain) return; // the chat has started
    plain.hidden = false;
    document.body.className = "failed";
    Object.keys(ways).forEach(function (id) {
      var button = /** @type {HTMLButtonElement} */ (document.getElementById(id));
      button.disabled = false;
      button.onclick = function () {
        tell(ways[/** @type {keyof typeof ways} */ (id)]);
      };
    });
    addEventListener("message", function (event) {
      if (event.source !== parent || event.source === window || event.data.cara !== "open") return;
      host = event.origin;
      tell("ready");
    });
  }

  // Modules have run, or failed, before the page counts as loaded.
  addEventListener("load", stand);
})();
