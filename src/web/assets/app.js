// Small helps for those who have scripts; every page works without.
"use strict";
(function () {
  const all = (what, within) => Array.from((within || document).querySelectorAll(what));

  // a form is sent once
  all("form[data-once]").forEach((form) => {
    form.addEventListener("submit", () => {
      all("button[type=submit]", form).forEach((button) => {
        setTimeout(() => { button.disabled = true; button.textContent = "正在提交…"; }, 0);
      });
    });
  });
  // what came back from the past can be sent again
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // empty filters do not stand in the address
  all("form[method=get]").forEach((form) => {
    form.addEventListener("submit", () => {
      all("input, select", form).forEach((field) => { if (field.value === "" && field.name) field.disabled = true; });
      setTimeout(() => all("input, select", form).forEach((field) => { field.disabled = false; }), 500);
    });
  });

  all("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  all("[data-all]").forEach((box) => {
    const named = box.dataset.all.split(" ").map((name) => "input[name='" + name + "']").join(",");
    box.addEventListener("change", () => all(named).forEach((one) => { one.checked = box.checked; }));
  });
  const problems = document.getElementById("problems");
  if (problems) problems.focus();

  // open drop-downs close with Escape or a click elsewhere
  document.addEventListener("click", (event) => {
    all("details.drop[open]").forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; });
  });

  // long work: told by the server as it goes on; looked up again where the line breaks
  const job = document.querySelector("[data-job]");
  if (job && job.dataset.job) {
    const set = (what, text) => { const at = job.querySelector("[data-" + what + "]"); if (at) at.textContent = text; };
    const words = (seconds) => typeof seconds !== "number" ? "" : seconds < 5 ? "即将完成" : seconds < 90 ? "约 " + Math.round(seconds) + " 秒" : "约 " + Math.round(seconds / 60) + " 分钟";
    const show = (event) => {
      let now;
      try { now = JSON.parse(event.data); } catch (_) { return; }
      if (now.state && now.state !== "running" && now.state !== "queued") { source.close(); location.reload(); return; }
      if (now.of > 0) {
        job.querySelector("[data-bar]").value = Math.min(100, now.done * 100 / now.of);
        set("count", now.done.toLocaleString() + " / " + now.of.toLocaleString());
        set("left", words(now.left));
      }
      set("words", now.state === "queued" ? "排队中" : "办理中");
    };
    const source = new EventSource(job.dataset.job);
    source.onmessage = show;
    ["progress", "end"].forEach((name) => source.addEventListener(name, show));
    source.onerror = () => { source.close(); setTimeout(() => location.reload(), 3000); };
  }

  // keys
  const places = { h: "/", i: "/inbox", z: "/sections/money", x: "/sections/projects", f: "/sections/payout", p: "/sections/books", j: "/sections/progress" };
  const keys = [["/", "查找"], ["?", "本说明"], ["g h", "总览"], ["g i", "待办"], ["g z", "指标与分配"], ["g x", "项目库"], ["g f", "发放"], ["g p", "凭证与账簿"], ["g j", "进度"], ["[ ]", "上一页、下一页"], ["Alt+1", "总览"], ["Alt+F", "按编号追溯"], ["Alt+N / Alt+P", "下一页、上一页"]];
  let after = "";
  const help = () => {
    let dialog = document.getElementById("keys");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.id = "keys";
      dialog.setAttribute("aria-label", "快捷键");
      const list = document.createElement("dl");
        keys.forEach(([key, word]) => {
        const dt = document.createElement("dt"), dd = document.createElement("dd"), kbd = document.createElement("kbd");
        kbd.textContent = key; dt.append(kbd); dd.textContent = word; list.append(dt, dd);
      });
      const close = document.createElement("button");
      close.className = "plain"; close.textContent = "关闭"; close.addEventListener("click", () => dialog.close());
      dialog.append(list, close);
      document.body.append(dialog);
    }
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.drop[open]").forEach((drop) => { drop.open = false; });
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const go = (what) => { const link = document.querySelector(what); if (link) location.href = link.href; };
    if (after === "g" && places[event.key]) { location.href = places[event.key]; after = ""; return; }
    after = event.key === "g" ? "g" : "";
    if (event.key === "/") {
      const field = document.querySelector("[data-search]") || document.getElementById("find");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "?") help();
    else if (event.key === "]") go("a[rel=next]");
    else if (event.key === "[") go("a[rel=prev]");
  });
})();
