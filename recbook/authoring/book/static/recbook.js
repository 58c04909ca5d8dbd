// The link to the other language leads to the section that is being read.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
    const link = document.querySelector("a.recbook-language");
    if (!link) return;
    const page = link.getAttribute("href");
    const lead = () => {
        const sections = [...document.querySelectorAll("article section[id]")];
        const read = sections.filter((section) => section.getBoundingClientRect().top < window.innerHeight / 3).pop();
        link.setAttribute("href", read && window.scrollY > 0 ? `${page}#${read.id}` : page);
    };
    for (const moment of ["pointerenter", "focus", "click"]) link.addEventListener(moment, lead);
});

// MyST-NB names every folded cell "Toggle hidden content", in English; its visible words are the better name.
document.addEventListener("DOMContentLoaded", () => {
    for (const summary of document.querySelectorAll("details.hide > summary")) summary.removeAttribute("aria-label");
});
