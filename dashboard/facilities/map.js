/* The map of the overview: loaded when it is seen, from this host alone; where it cannot run the sketch stays. */
import { $, page } from "./frame.js";

const host = $("map"),
  assets = new URL("assets/", import.meta.url),
  AFTER_MS = 1500,
  LEAST_ZOOM = 1,
  MOST_ZOOM = 12,
  MOST_DOWN = 400;

const colour = name => {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};
const load = (tag, more) =>
  new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(tag), { onload: done, onerror: failed, ...more }));
  });

/** Paint of the layers in the theme of now. */
const paints = () => ({
  sea: { "background-color": colour("hair") },
  land: { "fill-color": colour("sheet") },
  borders: { "line-color": colour("stale"), "line-width": 1 },
});

async function draw() {
  await Promise.all([
    load("link", { rel: "stylesheet", href: new URL("maplibre.css", assets) }),
    load("script", { src: new URL("topojson.js", assets) }),
  ]);
  const [{ Map, LngLatBounds, Marker, NavigationControl, setWorkerUrl }, world] = await Promise.all([
    import(new URL("maplibre.mjs", assets)),
    fetch(new URL("countries.json", assets)).then(answer => answer.json()),
  ]);
  setWorkerUrl(new URL("maplibre-worker.mjs", assets).href);
  const paint = paints(),
    countries = window.topojson.feature(world, world.objects.countries),
    box = Object.assign(document.createElement("div"), { className: "geo" });
  host.querySelector("svg.map").replaceWith(box);
  host.dataset.own = "";
  const map = new Map({
    container: box,
    attributionControl: false,
    minZoom: LEAST_ZOOM,
    maxZoom: MOST_ZOOM,
    bounds: page.places.reduce((all, { at }) => all.extend(at), new LngLatBounds(page.places[0].at, page.places[0].at)),
    fitBoundsOptions: { padding: { top: 40, bottom: 40, left: 40, right: 130 }, maxZoom: page.places.length > 1 ? 7 : 5 },
    style: {
      version: 8,
      sources: { world: { type: "geojson", data: countries } },
      layers: [
        { id: "sea", type: "background", paint: paint.sea },
        { id: "land", type: "fill", source: "world", paint: paint.land },
        { id: "borders", type: "line", source: "world", paint: paint.borders },
      ],
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  addEventListener("theme", () => {
    for (const [layer, values] of Object.entries(paints()))
      for (const [key, value] of Object.entries(values)) map.setPaintProperty(layer, key, value);
  });
  const markers = page.places.map(place => new Marker({ element: mark(place), anchor: "left" }).setLngLat(place.at).addTo(map));
  map.on("moveend", () => part(markers));
  map.once("idle", () => {
    part(markers);
    box.dataset.ready = "1";
  });
}

/** Move marks that would lie over others down, so that each can be read and touched. */
function part(markers) {
  const taken = [];
  for (const marker of markers) {
    marker.setOffset([-12, 0]);
    const box = marker.getElement().getBoundingClientRect();
    let down = 0;
    const isFree = () =>
      taken.every(
        other =>
          box.right < other.left ||
          box.left > other.right ||
          box.top + down > other.bottom ||
          box.bottom + down < other.top,
      );
    while (!isFree() && down < MOST_DOWN) down += 2;
    marker.setOffset([-12, down]);
    taken.push({ left: box.left, right: box.right, top: box.top + down, bottom: box.bottom + down });
  }
}

/** A facility on the map: shape and name, a link to it. */
function mark({ id, name, state }) {
  const link = document.createElement("a");
  link.href = `/f/${id}`;
  link.className = "place";
  link.dataset.place = id;
  link.innerHTML = `<svg class="ic" aria-hidden="true"><use href="#${state}"/></svg><span></span>`;
  link.lastElementChild.textContent = name;
  return link;
}

/** Show the states of now: those of the page, which was renewed. */
function renew() {
  for (const { id, state } of page.places)
    document.querySelector(`[data-place="${CSS.escape(id)}"] use`)?.setAttribute("href", `#${state}`);
}

function begin(seen) {
  if (!seen.some(entry => entry.isIntersecting) || !document.createElement("canvas").getContext("webgl2")) return;
  watcher.disconnect();
  // After the page itself: nobody waits for figures because of a map.
  setTimeout(() => draw().then(() => addEventListener("renewed", renew)), AFTER_MS);
}
const watcher = new IntersectionObserver(begin);
if (host?.querySelector("svg.map") && page.places.length) watcher.observe(host);
