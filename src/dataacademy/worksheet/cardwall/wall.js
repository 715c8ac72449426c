// The wall: cards in groups.  A hand (mouse, pen, keyboard) asks; Python writes the file and says what lies where.
const UNPLACED = "まだ分けていないカード";
const FAR = 5; // pixels after which pressing a card is dragging it
const EDGE = 40; // pixels from the edge at which a list scrolls by itself
const LINE = 14; // letters of a name on one line, where the browser does not size the field by itself

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const hints = make("p", {
    class: "dw-hints",
    text:
      "マウス：カードを引いて、まとまりに置きます。　キーボード：矢印でカードを選び、空白キーでつかみ、矢印で動かし、" +
      "もう一度空白キーで置きます（Escでやめる）。1〜9の数字で、その番号のまとまりへ移します。",
  });
  const status = make("p", { class: "dw-status", role: "status" });
  const spoken = make("p", { class: "dw-spoken", "aria-live": "assertive" });
  const tray = make("div", { class: "dw-tray" });
  const groups = make("div", { class: "dw-groups" });
  const bar = make(
    "div",
    { class: "dw-bar" },
    make("button", { class: "dw-add", type: "button", text: "まとまりを足す", onclick: add }),
    make("button", { type: "button", text: "一つ戻す", onclick: () => ask({ do: "undo" }) }),
    make("button", { type: "button", text: "表を保存する", onclick: () => ask({ do: "table" }) }),
    make("button", { type: "button", text: "印刷用のページを保存する", onclick: () => ask({ do: "page" }) }),
  );
  const root = make(
    "div",
    { class: "dw-wall", lang: "ja" },
    hints,
    bar,
    status, // above the cards: below them it is out of sight on a small screen
    make("div", { class: "dw-board" }, tray, groups),
    spoken,
  );
  el.append(root);
  let held = null; // id of the card that the keyboard has taken up
  let current = null; // id of the card that Tab comes to
  let naming = false; // a new group: its name is to be typed
  let drag = null;

  function ask(message) {
    model.send(message);
  }
  function add() {
    naming = true;
    ask({ do: "add", name: "" });
  }
  function say(text) {
    spoken.textContent = text;
  }

  // -- drawing -------------------------------------------------------------------------------------------------------
  function shelf(key, name, cards, number) {
    const list = make("ul", { class: "dw-list", "data-key": key });
    for (const id of cards) list.append(card(id));
    const head = make("div", { class: "dw-head" });
    if (key) {
      const label = `まとまり${number}の名前`;
      const rows = Math.max(1, Math.ceil(name.length / LINE));
      const input = make("textarea", { rows, maxlength: "40", "aria-label": label, text: name });
      input.addEventListener("change", () => {
        ask({ do: "rename", group: key, name: input.value.replace(/\s*\n\s*/g, " ") });
      });
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing) return; // while kanji are chosen, Enter takes them
        event.preventDefault();
        input.blur();
      });
      head.classList.add("dw-named");
      head.append(
        make("span", { class: "dw-number", text: String(number), "aria-hidden": "true" }),
        input,
        make("span", { class: "dw-count", text: `${cards.length}枚` }),
        make("button", {
          type: "button",
          class: "dw-remove",
          text: "消す",
          "aria-label": `「${name}」を消す（カードは残ります）`,
          onclick: () => ask({ do: "remove", group: key }),
        }),
      );
    } else {
      head.append(make("strong", { text: name }), make("span", { class: "dw-count", text: `${cards.length}枚` }));
    }
    return make("section", { class: "dw-group", "data-key": key, "aria-label": name }, head, list);
  }
  function card(id) {
    const { cards } = model.get("shown");
    const node = make("li", {
      class: "dw-card",
      role: "button",
      tabindex: "-1",
      "data-id": id,
      "aria-roledescription": "カード",
      text: cards[id],
    });
    node.addEventListener("pointerdown", press);
    return node;
  }
  function draw() {
    const { groups: all, unplaced } = model.get("shown");
    const typing = root.contains(document.activeElement) && document.activeElement.matches("textarea");
    const back = !typing && root.contains(document.activeElement) ? document.activeElement : null;
    const onCard = back?.closest(".dw-card");
    const typed = typing ? document.activeElement.closest(".dw-group").dataset.key : null;
    const scrolled = new Map([...root.querySelectorAll(".dw-list")].map((list) => [list.dataset.key, list.scrollTop]));
    tray.replaceChildren(shelf("", UNPLACED, unplaced, 0));
    groups.replaceChildren(...all.map((one, k) => shelf(one.key, one.name, one.cards, k + 1)));
    for (const list of root.querySelectorAll(".dw-list")) list.scrollTop = scrolled.get(list.dataset.key) ?? 0;
    if (!find(current)) current = root.querySelector(".dw-card")?.dataset.id ?? null;
    find(current)?.setAttribute("tabindex", "0");
    if (held && find(held)) take(held);
    if (naming) {
      naming = false;
      const input = groups.lastElementChild?.querySelector("textarea");
      input?.focus();
      input?.select();
    } else if (onCard) {
      (find(current) ?? root.querySelector(".dw-add"))?.focus();
    } else if (typed !== null) {
      root.querySelector(`.dw-group[data-key="${typed}"] textarea`)?.focus();
    }
  }
  function find(id) {
    return id === null ? null : root.querySelector(`.dw-card[data-id="${CSS.escape(id)}"]`);
  }
  function told() {
    const { text, wrong } = model.get("status");
    status.textContent = text;
    status.classList.toggle("dw-wrong", Boolean(wrong));
  }

  // -- mouse, pen and finger -----------------------------------------------------------------------------------------
  function press(event) {
    if (event.button !== 0) return;
    const node = event.currentTarget;
    current = node.dataset.id;
    const box = node.getBoundingClientRect();
    drag = { id: current, node, x: event.clientX, y: event.clientY, dx: event.clientX - box.left,
      dy: event.clientY - box.top, ghost: null, mark: make("li", { class: "dw-mark", "aria-hidden": "true" }) };
    window.addEventListener("pointermove", pull);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", leave);
  }
  function pull(event) {
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
      drag.ghost = drag.node.cloneNode(true);
      drag.ghost.classList.add("dw-ghost");
      Object.assign(drag.ghost.style, { width: `${drag.node.offsetWidth}px`, left: "0", top: "0" });
      root.append(drag.ghost);
      const origin = drag.ghost.getBoundingClientRect(); // "fixed" is within JupyterLab's panel, not the window
      drag.dx += origin.left;
      drag.dy += origin.top;
      drag.node.classList.add("dw-lifted");
    }
    event.preventDefault();
    drag.ghost.style.left = `${event.clientX - drag.dx}px`;
    drag.ghost.style.top = `${event.clientY - drag.dy}px`;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const group = under?.closest(".dw-group");
    drag.mark.remove();
    root.querySelectorAll(".dw-over").forEach((one) => one.classList.remove("dw-over"));
    for (const box of [under?.closest(".dw-list"), under?.closest(".dw-groups")]) {
      if (!box || !root.contains(box)) continue;
      const { top, bottom } = box.getBoundingClientRect();
      if (event.clientY < top + EDGE) box.scrollTop -= 12;
      if (event.clientY > bottom - EDGE) box.scrollTop += 12;
    }
    if (!group || !root.contains(group)) return;
    group.classList.add("dw-over");
    const list = group.querySelector(".dw-list");
    const after = [...list.querySelectorAll(".dw-card:not(.dw-lifted)")].find((one) => {
      const { top, height } = one.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    list.insertBefore(drag.mark, after ?? null);
  }
  function drop(event) {
    const { id, node, mark, ghost } = drag;
    const list = mark.closest(".dw-list");
    const place = list ? [...list.querySelectorAll(".dw-card:not(.dw-lifted), .dw-mark")].indexOf(mark) : 0;
    leave(event);
    if (!ghost) {
      pick(node);
    } else if (list) {
      put(id, list.dataset.key, place);
    }
  }
  function leave() {
    window.removeEventListener("pointermove", pull);
    window.removeEventListener("pointerup", drop);
    window.removeEventListener("pointercancel", leave);
    drag.ghost?.remove();
    drag.mark.remove();
    drag.node.classList.remove("dw-lifted");
    root.querySelectorAll(".dw-over").forEach((one) => one.classList.remove("dw-over"));
    drag = null;
  }
  function put(id, key, at) {
    current = id;
    ask({ do: "move", card: id, group: key, at: key ? at : null });
  }

  // -- keyboard ------------------------------------------------------------------------------------------------------
  function pick(node) {
    if (!node) return;
    root.querySelectorAll('.dw-card[tabindex="0"]').forEach((one) => one.setAttribute("tabindex", "-1"));
    node.setAttribute("tabindex", "0");
    current = node.dataset.id;
    node.focus();
    node.scrollIntoView({ block: "nearest" });
  }
  function take(id) {
    held = id;
    const node = find(id);
    node.classList.add("dw-held");
    node.setAttribute("aria-pressed", "true");
  }
  function lists() {
    return [...root.querySelectorAll(".dw-list")];
  }
  function nameOf(list) {
    return list.closest(".dw-group").querySelector("textarea")?.value ?? UNPLACED;
  }
  function guard(event) {
    // JupyterLab would take letters and arrows for itself; running the cell and saving the notebook are left to it
    if (!root.contains(event.target)) return;
    const control = event.ctrlKey || event.metaKey;
    const theirs =
      (event.key === "Enter" && (control || event.shiftKey)) || (control && event.key.toLowerCase() === "s");
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
  }
  function keys(event) {
    const node = event.target.closest(".dw-card");
    if (!node || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const list = node.closest(".dw-list");
    const all = lists();
    const row = all.indexOf(list);
    const key = event.key;
    if (key === " " || key === "Enter") {
      if (held) {
        const place = [...list.children].indexOf(node);
        held = null;
        put(node.dataset.id, list.dataset.key, place);
      } else {
        take(node.dataset.id);
        say("つかみました。矢印で動かし、空白キーで置きます。");
      }
    } else if (key === "Escape" && held) {
      held = null;
      say("やめました。");
      draw();
    } else if (/^[0-9]$/.test(key)) {
      const to = all[Number(key)];
      if (!to) {
        status.textContent = `${key}番のまとまりは、ありません。`;
        event.preventDefault();
        return;
      }
      held = null;
      const next = node.nextElementSibling ?? node.previousElementSibling;
      put(node.dataset.id, to.dataset.key, to.children.length);
      if (next) current = next.dataset.id; // on to the next card of the heap
      say(`「${nameOf(to)}」へ移しました。`);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      const other = key === "ArrowDown" ? node.nextElementSibling : node.previousElementSibling;
      if (held && other) {
        list.insertBefore(node, key === "ArrowDown" ? other.nextElementSibling : other);
        pick(node);
      } else if (!held) pick(other);
    } else if (key === "ArrowRight" || key === "ArrowLeft") {
      const step = key === "ArrowRight" ? 1 : -1;
      if (held) {
        const to = all[row + step];
        if (to) {
          to.append(node);
          pick(node);
          say(`「${nameOf(to)}」の上です。`);
        }
      } else {
        let at = row + step;
        while (all[at] && !all[at].querySelector(".dw-card")) at += step;
        pick(all[at]?.querySelector(".dw-card"));
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  root.addEventListener("keydown", keys);
  window.addEventListener("keydown", guard, true); // before JupyterLab, which listens on the way down

  model.on("change:shown", draw);
  model.on("change:status", told);
  draw();
  told();
  return () => {
    model.off("change:shown", draw);
    model.off("change:status", told);
    window.removeEventListener("keydown", guard, true);
    if (drag) leave();
  };
}

export default { render };
