// The link to the other language leads to the section that is being read.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
    const link = document.querySelector("a.recbook-language");
    if (!link) return;
    const page = link.getAttribute("href");
    const below = 130; // pixels that the bar at the top, and the room under it, take
    const lead = () => {
        const sections = [...document.querySelectorAll("article section[id]")];
        const read = sections.filter((section) => section.getBoundingClientRect().top < below).pop();
        link.setAttribute("href", read && window.scrollY > 0 ? `${page}#${read.id}` : page);
    };
    for (const moment of ["pointerenter", "focus", "click"]) link.addEventListener(moment, lead);
});

// MyST-NB names every folded cell "Toggle hidden content", in English; its visible words are the better name.
document.addEventListener("DOMContentLoaded", () => {
    for (const summary of document.querySelectorAll("details.hide > summary")) summary.removeAttribute("aria-label");
});

// Formulas grow when they are set, and push the section that was asked for away: go there again, unless the reader moved.
window.addEventListener("load", async () => {
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!wanted || !window.MathJax?.startup?.promise) return;
    let moved = false;
    for (const moment of ["wheel", "touchmove", "keydown", "pointerdown"])
        window.addEventListener(moment, () => { moved = true; }, {once: true, passive: true});
    await window.MathJax.startup.promise;
    if (!moved) wanted.scrollIntoView({behavior: "instant"});
});
