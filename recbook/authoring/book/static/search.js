// The search page: every section that holds the words of ?q=…, grouped by page, best first.
"use strict";
const SECTIONS_SHOWN = 4;
const AROUND = 60; // characters shown before and behind a hit

document.addEventListener("DOMContentLoaded", () => {
    const said = document.getElementById("recbook-said");
    const field = document.querySelector(".recbook-search input");
    const asked = (new URLSearchParams(location.search).get("q") ?? "").trim();
    field.value = asked;
    field.focus();
    if (!asked) return;
    const pages = find(asked);
    said.textContent = pages.length ? `${said.dataset.found} ${pages.length}` : `${said.dataset.none} “${asked}”`;
    document.getElementById("recbook-found").replaceChildren(...pages.map(entry));
});

// A word of Latin letters is found at the beginning of words, so that "vector" finds "vectors"; Chinese is found anywhere.
function pattern(word) {
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(/^[a-z]/i.test(word) ? `(?<![a-z])${escaped}` : escaped, "gi");
}

// Pages with those of their sections that hold all words; where no section does, those that hold most.
function find(asked) {
    const patterns = asked.split(/\s+/).map((word) => pattern(/^[a-z]{4,}s$/i.test(word) ? word.slice(0, -1) : word));
    const rated = window.recbookSections.map((section) => ({section, ...rate(section, patterns)}));
    const most = Math.max(...rated.map((found) => found.words));
    const pages = new Map();
    for (const found of rated.filter((found) => found.words === most && most > 0)) {
        const page = found.section[0];
        if (!pages.has(page)) pages.set(page, []);
        pages.get(page).push({...found, patterns});
    }
    const sorted = [...pages.values()].map((list) => list.sort((a, b) => b.score - a.score));
    return sorted.sort((a, b) => b[0].score - a[0].score);
}

function rate([, , heading, text], patterns) {
    let words = 0;
    let score = 0;
    for (const pattern of patterns) {
        const inHeading = (heading.match(pattern) ?? []).length;
        const inText = (text.match(pattern) ?? []).length;
        words += inHeading + inText > 0;
        score += 5 * Math.min(inHeading, 1) + Math.log1p(inText);
    }
    return {words, score};
}

function entry(found) {
    const item = document.createElement("li");
    const page = found[0].section[0];
    const [, , title] = window.recbookSections.find((section) => section[0] === page);
    item.append(heading("h2", `${page}.html`, title));
    for (const {section, patterns} of found.slice(0, SECTIONS_SHOWN)) {
        const [, name, words, text] = section;
        if (words !== title) item.append(heading("h3", `${page}.html#${name}`, words));
        item.append(excerpt(text, patterns));
    }
    return item;
}

function heading(level, url, title) {
    const element = document.createElement(level);
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    element.append(link);
    return element;
}

// The text around the first hit, with every hit in it marked.
function excerpt(text, patterns) {
    const first = Math.min(...patterns.map((pattern) => text.search(pattern)).filter((place) => place >= 0), text.length);
    const from = Math.max(0, (first === text.length ? 0 : first) - AROUND);
    const shown = (from ? "…" : "") + text.slice(from, from + 3 * AROUND) + (from + 3 * AROUND < text.length ? "…" : "");
    const hit = new RegExp(patterns.map((pattern) => pattern.source).join("|"), "gi");
    const paragraph = document.createElement("p");
    let end = 0;
    for (const match of shown.matchAll(hit)) {
        const mark = document.createElement("mark");
        mark.textContent = match[0];
        paragraph.append(shown.slice(end, match.index), mark);
        end = match.index + match[0].length;
    }
    paragraph.append(shown.slice(end));
    return paragraph;
}
