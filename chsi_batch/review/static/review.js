// Shows what the kernel sends and sends back what the reviewer does. Every text is set as text, never as markup.

const FAMILIES = ["Noto Sans SC", "Noto Sans SC Rare"];
const FONT_PATIENCE = 6000, FONT_TRIES = 3, REPLY_PATIENCE = 15000;
const CHOICES = { b: "bind", n: "reject", h: "hold", s: "ask_school", t: "ask_student" };
const KEY_OF = Object.fromEntries(Object.entries(CHOICES).map(([key, choice]) => [choice, key]));

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// One value: runs of text, the differing ones marked. `bdi` keeps odd scripts from turning the line round.
function value(pieces, blank) {
  if (!pieces.length) return el("span", { class: "chsi-blank" }, blank);
  return el("bdi", {}, ...pieces.map(([text, marked]) => (marked ? el("mark", {}, text) : el("span", {}, text))));
}

async function useFont(family, packed) {
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const face = new FontFace(family, await new Response(unpacked).arrayBuffer());
  document.fonts.add(await face.load());
}

const hasFont = (family) => [...document.fonts].some((face) => face.family.replaceAll('"', "") === family);

class Page {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.waiting = 0;
    this.batch = null;
    this.shown = "";
    this.parts = {};
    root.classList.add("chsi-review");
    root.tabIndex = 0;
    root.dataset.lmSuppressShortcuts = "true";
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("click", (event) => {
      if (!event.target.closest("input, select, button, summary, a")) root.focus({ preventScroll: true });
    });
    this.heard = (message, buffers) => this.hear(message, buffers);
    model.on("msg:custom", this.heard);
    this.ask({ do: "open" });
  }

  close() {
    this.model.off("msg:custom", this.heard);
    clearTimeout(this.fontTimer);
  }

  // One question at a time: a key pressed while the answer is on its way does nothing.
  ask(message) {
    if (Date.now() - this.waiting < REPLY_PATIENCE) return;
    this.waiting = Date.now();
    this.focused = this.root.contains(document.activeElement);
    this.model.send(message);
  }

  hear(message, buffers) {
    if (message.kind === "font") return void this.font(message.family, buffers[0]);
    this.waiting = 0;
    if (message.kind === "words") return this.frame(message);
    if (!this.words) return;
    if (message.kind === "sample") return this.sampled(message);
    this.show(message);
  }

  fonts(tries = FONT_TRIES) {
    const family = FAMILIES.find((name) => !hasFont(name));
    if (!family || !tries) return;
    this.model.send({ do: "font", family });
    this.fontTimer = setTimeout(() => this.fonts(tries - 1), FONT_PATIENCE);
  }

  async font(family, packed) {
    clearTimeout(this.fontTimer);
    if (!hasFont(family)) await useFont(family, packed);
    this.fonts();
  }

  // What stays while cases come and go.
  frame({ words, remarks, choices }) {
    this.words = words;
    const part = (name, tag = "div", attributes = {}) =>
      (this.parts[name] = el(tag, { class: `chsi-${name}`, ...attributes }));
    this.remark = el("input", {
      class: "chsi-remark", type: "text", maxlength: "300", placeholder: words["remark.hint"],
      "aria-label": words.remark,
    });
    this.chips = remarks.slice(0, 9).map((remark, place) =>
      el("button", { type: "button", class: "chsi-chip", onclick: () => this.preset(remark) },
        remark, el("kbd", {}, String(place + 1))));
    this.remarks = remarks;
    this.choice = Object.fromEntries(Object.keys(KEY_OF).map((choice) => [choice, this.button(choice)]));
    const tool = (name, key, act) =>
      (this.parts[name] = el("button", { type: "button", class: "chsi-tool", onclick: act },
        el("kbd", {}, key), el("span", {}, words[name] ?? "")));
    this.root.replaceChildren(
      el("header", { class: "chsi-head" }, el("strong", {}, words.title), part("progress"), part("reviewer")),
      part("filters", "div"),
      part("card", "section", { "aria-live": "polite" }),
      part("batch-panel"),
      el("div", { class: "chsi-remarks" }, el("span", { class: "chsi-label" }, words.remark), ...this.chips, this.remark),
      el("div", { class: "chsi-choices" }, ...Object.values(this.choice)),
      part("notice", "div", { role: "status" }),
      el("div", { class: "chsi-tools" },
        tool("previous", "←", () => this.ask({ do: "previous" })),
        tool("next", "→", () => this.ask({ do: "next" })),
        tool("other", "↑ ↓", () => this.ask({ do: "flip", step: 1 })),
        tool("undo", "u", () => this.ask({ do: "undo" })),
        tool("batch", "a", () => this.ask({ do: "sample" }))),
      el("p", { class: "chsi-keys" }, words.keys));
    this.filters(choices);
    this.fonts();
  }

  button(choice) {
    return el("button", { type: "button", class: `chsi-choice chsi-${choice}`, onclick: () => this.decide(choice) },
      el("kbd", {}, KEY_OF[choice]), this.words[`choice.${choice}`]);
  }

  filters(choices) {
    const all = this.words["filter.all"];
    this.selects = Object.fromEntries(["code", "school", "party"].map((name) => [name,
      el("select", { "aria-label": this.words[`filter.${name}`], onchange: () => this.choose() },
        el("option", { value: "-" }, `${this.words[`filter.${name}`]}: ${all}`),
        ...choices[name].map(([key, text, count]) => el("option", { value: `=${key}` }, `${text} (${count})`)))]));
    this.undecided = el("input", { type: "checkbox", onchange: () => this.choose() });
    this.parts.filters.replaceChildren(...Object.values(this.selects),
      el("label", {}, this.undecided, this.words["filter.undecided"]));
  }

  choose() {
    const chosen = { undecided: this.undecided.checked };
    for (const [name, select] of Object.entries(this.selects))
      chosen[name] = select.value === "-" ? null : select.value.slice(1);
    this.ask({ do: "choose", chosen });
  }

  show(view) {
    const { words, parts } = this;
    const found = view.case;
    const now = found ? JSON.stringify([found.number, found.registration, found.degree]) : "";
    if (now !== this.shown) {
      this.remark.value = "";
      this.mark();
    }
    this.shown = now;
    this.view = view;
    this.closeBatch();
    this.progress(view.progress);
    this.reviewer(view.reviewer);
    for (const [name, select] of Object.entries(this.selects))
      select.value = view.chosen[name] === null ? "-" : `=${view.chosen[name]}`;
    this.undecided.checked = view.chosen.undecided;
    parts.card.replaceChildren(...(found ? this.card(found, view) : [el("p", { class: "chsi-none" }, words.none)]));
    parts.notice.replaceChildren(view.notice);
    parts.notice.classList.toggle("chsi-needed", view.needs.startsWith("need"));
    for (const [choice, button] of Object.entries(this.choice))
      button.disabled = !found || ((choice === "bind" || choice === "reject") && !(found.registration && found.degree));
    parts.other.hidden = !found || found.candidates < 2;
    parts.batch.hidden = view.alike < 2;
    parts.batch.lastChild.textContent = fill(words.batch, view);
    this.root.dataset.case = found ? String(found.number) : "";
    this.root.dataset.place = String(view.place);
    if (view.needs === "need_reviewer") this.naming();
    else if (view.needs === "need_remark") this.remark.focus();
    else if (this.focused) this.root.focus({ preventScroll: true });
  }

  progress({ decided, all, by_code }) {
    const { words, parts } = this;
    const bar = el("progress", { max: String(Math.max(all, 1)), value: String(decided) });
    const wasOpen = parts.progress.querySelector("details")?.open ?? false;
    parts.progress.replaceChildren(
      el("details", { open: wasOpen },
        el("summary", {}, bar, el("span", { class: "chsi-count" }, fill(words.progress, { decided, all }))),
        el("table", { "aria-label": words["progress.by_code"] }, ...by_code.map(([title, done, count]) =>
          el("tr", { class: done === count ? "chsi-done" : "" },
            el("td", {}, title), el("td", {}, `${done} / ${count}`))))));
  }

  reviewer(name) {
    const { words, parts } = this;
    const label = el("span", { class: "chsi-label" }, words.reviewer);
    if (!name) return this.naming(false);
    parts.reviewer.replaceChildren(label, el("bdi", {}, name),
      el("button", { type: "button", class: "chsi-link", onclick: () => this.naming() }, words["reviewer.change"]));
  }

  naming(focus = true) {
    const { words, parts } = this;
    const field = el("input", {
      type: "text", maxlength: "60", class: "chsi-name", placeholder: words["reviewer.ask"],
      "aria-label": words.reviewer, value: this.view?.reviewer ?? "",
    });
    const set = () => field.value.trim() && (this.ask({ do: "reviewer", name: field.value.trim() }), this.root.focus());
    field.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && set());
    parts.reviewer.replaceChildren(el("span", { class: "chsi-label" }, words.reviewer), field,
      el("button", { type: "button", class: "chsi-link", onclick: set }, words["reviewer.set"]));
    if (focus) field.focus();
  }

  card(found, view) {
    const { words } = this;
    const side = (title, ref, missing) => el("th", { scope: "col" }, el("span", { class: "chsi-side" }, title),
      ref ? el("bdi", { class: "chsi-ref" }, ref) : el("span", { class: "chsi-blank" }, missing));
    const fields = found.fields.map((field) => el("tr", { class: `chsi-state-${field.state || "none"}` },
      el("th", { scope: "row" }, field.label),
      el("td", { class: "chsi-value" }, value(field.left, found.registration ? words.blank : "")),
      el("td", { class: "chsi-state" }, el("span", {}, field.state_text)),
      el("td", { class: "chsi-value" }, value(field.right, found.degree ? words.blank : ""))));
    const line = (label, text) => text && el("p", {}, el("span", { class: "chsi-label" }, label), el("bdi", {}, text));
    return [
      el("div", { class: "chsi-title" },
        el("h3", {}, found.title),
        el("span", { class: `chsi-badge chsi-${found.severity}` }, found.severity_text),
        el("span", { class: "chsi-badge" }, found.party),
        el("span", { class: "chsi-place" }, fill(words.place, { place: view.place + 1, cases: view.cases }))),
      ...found.decided.map((said) => this.said(said)),
      found.candidates > 1 ? el("p", { class: "chsi-candidate" },
        fill(words.candidate, { ...found, beside: found.beside + 1 })) : null,
      found.severe ? el("p", { class: "chsi-warning" }, words.severe) : null,
      el("table", { class: "chsi-fields" },
        el("thead", {}, el("tr", {}, el("td"), side(words.account, found.registration, words.no_account), el("td"),
          side(words.record, found.degree, words.no_record))),
        el("tbody", {}, ...fields)),
      el("div", { class: "chsi-told" },
        found.rule ? line(fill(words.rule, found), found.reading) : null,
        line(words.cause, found.cause), line(words.advice, found.advice),
        found.more.length ? line(words.more, found.more.join(" · ")) : null),
      el("div", { class: "chsi-further" }, this.further(found.account), this.further(found.record)),
    ].filter(Boolean);
  }

  further(rows) {
    return el("dl", {}, ...rows.flatMap(([label, text]) => [el("dt", {}, label), el("dd", {}, el("bdi", {}, text))]));
  }

  said({ decision, conflicting, reviewer, remark, time, rows }) {
    const { words } = this;
    return el("p", { class: "chsi-said" }, el("strong", {}, `${words.decided}: ${decision}`),
      conflicting ? words.conflicting : "", " ", el("bdi", {}, reviewer), ` ${time} `,
      remark ? el("bdi", { class: "chsi-said-remark" }, remark) : "",
      el("span", { class: "chsi-ref" }, el("bdi", {}, rows.join(" — "))));
  }

  mark() {
    const said = this.remark?.value.split("；") ?? [];
    this.chips.forEach((chip, place) => chip.classList.toggle("chsi-on", said.includes(this.remarks[place])));
  }

  preset(remark) {
    const said = this.remark.value.split("；").filter(Boolean);
    const place = said.indexOf(remark);
    if (place >= 0) said.splice(place, 1);
    else said.push(remark);
    this.remark.value = said.join("；");
    this.mark();
    this.root.focus({ preventScroll: true });
  }

  decide(choice) {
    const found = this.view?.case;
    if (!found || this.choice[choice].disabled) return;
    if (this.batch) return this.choseForAll(choice);
    const { number, registration, degree } = found;
    this.ask({ do: "decide", choice, remark: this.remark.value, number, registration, degree });
  }

  // Many cases of one kind: a sample first, then a choice, then a confirmation that names the number.
  sampled({ count, cases }) {
    const { words, parts } = this;
    this.batch = { count, choice: null };
    this.confirm = el("button", { type: "button", class: "chsi-confirm", disabled: true, onclick: () => this.decideAll() });
    parts["batch-panel"].replaceChildren(
      el("h4", {}, fill(words["batch.title"], { count })),
      el("p", {}, fill(words["batch.sample"], { shown: cases.length })),
      ...cases.map(({ rows, fields }) => el("table", { class: "chsi-sample" },
        el("tbody", {}, ...fields.map(([label, left, right]) => el("tr", {}, el("th", {}, label),
          el("td", {}, value(left, words.blank)), el("td", {}, value(right, words.blank)))),
        el("tr", { class: "chsi-ref" }, el("th"), ...rows.map((ref) => el("td", {}, el("bdi", {}, ref ?? ""))))))),
      el("p", {}, fill(words["batch.choice"], { count })),
      this.confirm,
      el("button", { type: "button", class: "chsi-tool", onclick: () => this.closeBatch() }, words["batch.cancel"]));
    this.root.classList.add("chsi-many");
    this.choseForAll(null);
    parts["batch-panel"].scrollIntoView({ block: "nearest" });
    this.root.focus({ preventScroll: true });
  }

  choseForAll(choice) {
    this.batch.choice = choice;
    for (const [name, button] of Object.entries(this.choice)) button.classList.toggle("chsi-on", name === choice);
    this.confirm.disabled = !choice;
    this.confirm.textContent = fill(this.words["batch.confirm"],
      { count: this.batch.count, choice: choice ? this.words[`choice.${choice}`] : "…" });
  }

  decideAll() {
    const { count, choice } = this.batch;
    this.ask({ do: "batch", choice, count, remark: this.remark.value });
  }

  closeBatch() {
    if (!this.batch) return;
    this.batch = null;
    this.parts["batch-panel"].replaceChildren();
    this.root.classList.remove("chsi-many");
    for (const button of Object.values(this.choice)) button.classList.remove("chsi-on");
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !this.view) return;
    if (event.target.matches("input[type=text], select")) {
      if (event.key === "Escape" || (event.key === "Enter" && event.target === this.remark)) {
        event.preventDefault();
        this.mark();
        this.root.focus({ preventScroll: true });
      }
      return;
    }
    const act = this.action(event.key);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat || event.key.startsWith("Arrow")) act();
  }

  action(key) {
    if (key in CHOICES) return () => this.decide(CHOICES[key]);
    if (/^[1-9]$/.test(key) && this.remarks[key - 1]) return () => this.preset(this.remarks[key - 1]);
    const flip = (step) => () => this.view.case?.candidates > 1 && this.ask({ do: "flip", step });
    return {
      ArrowRight: () => this.ask({ do: "next" }),
      ArrowLeft: () => this.ask({ do: "previous" }),
      ArrowDown: flip(1),
      ArrowUp: flip(-1),
      u: () => this.ask({ do: "undo" }),
      a: () => this.view.alike > 1 && this.ask({ do: "sample" }),
      r: () => this.remark.focus(),
      Escape: () => this.closeBatch(),
    }[key];
  }
}

function render({ model, el: root }) {
  const page = new Page(model, root);
  return () => page.close();
}

export default { render };
