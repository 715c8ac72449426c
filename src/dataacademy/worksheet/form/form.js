const form = this.closest(".da-form");
if (form && form.lang !== "ja") {
  form.lang = "ja";
  form.querySelectorAll(".da-status").forEach((status) => status.setAttribute("role", "status"));
  const save = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true })); // text is told when its control is left
      form.querySelector(".da-save")?.click();
      form.parentElement.dispatchEvent(new KeyboardEvent("keydown", event)); // JupyterLab saves the notebook with it
    }
  };
  form.addEventListener("keydown", save, true); // on the way down: text controls of ipywidgets let no key up again
  // what is said when a control is left may move a button away from under the mouse: leave it with the whole click
  const pressed = (event) => event.target.closest("button, label, input[type=checkbox]");
  form.addEventListener("mousedown", (event) => pressed(event) && event.preventDefault());
  form.addEventListener("click", (event) => event.detail && pressed(event)?.focus(), true);
  form.addEventListener("focusin", (event) => {
    // JupyterLab would take "d d" in a list for "delete this cell", and arrow keys for moving between cells
    event.target.dataset.lmSuppressShortcuts = "true";
    // a screen reader reads help and messages with the control they belong to
    const field = event.target.closest(".da-field");
    if (!field || !event.target.id) return;
    const parts = [...field.querySelectorAll(".da-help, .da-message")];
    parts.forEach((part, place) => (part.id = `${event.target.id}-${place}`));
    event.target.setAttribute("aria-describedby", parts.map((part) => part.id).join(" "));
    event.target.setAttribute("aria-invalid", field.classList.contains("da-wrong"));
  });
  // where a number is to be put into a sentence
  form.addEventListener("focusout", (event) => {
    const caret = event.target.closest(".da-field")?.querySelector(".da-caret input");
    if (!caret || !event.target.matches("textarea")) return;
    caret.value = event.target.selectionStart;
    caret.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
