// The search page: what Pagefind finds for ?q=…, each page with its sections that hold the words.
const said = document.getElementById("recbook-said");
const found = document.getElementById("recbook-found");
const field = document.querySelector("form.bd-search input");
const asked = new URLSearchParams(location.search).get("q")?.trim() ?? "";
const PAGES = 20;

field.value = asked;
field.focus();
if (location.protocol === "file:") said.textContent = said.dataset.file;
else if (asked) await show(asked);

async function show(words) {
    const pagefind = await import(new URL("../../pagefind/pagefind.js", import.meta.url));
    await pagefind.options({ranking: {termSimilarity: 4}, highlightParam: "highlight"});
    const {results} = await pagefind.search(words);
    said.textContent = results.length ? `${said.dataset.found} ${results.length}` : `${said.dataset.none} “${words}”`;
    const pages = await Promise.all(results.slice(0, PAGES).map((result) => result.data()));
    found.replaceChildren(...pages.map(entry));
}

function entry(page) {
    const item = document.createElement("li");
    item.append(heading("h2", page.url, page.meta.title));
    const sections = page.sub_results.filter((section) => section.url !== page.url).slice(0, 4);
    for (const part of sections.length ? sections : [page]) {
        const place = document.createElement("div");
        if (part !== page) place.append(heading("h3", part.url, part.title));
        const text = document.createElement("p");
        text.innerHTML = part.excerpt; // Pagefind's own: the page's text, escaped, with <mark>
        place.append(text);
        item.append(place);
    }
    return item;
}

function heading(level, url, title) {
    const element = document.createElement(level);
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title.replace(/#$/, "").trim();
    element.append(link);
    return element;
}
