/* The map of the overview and of a region: loaded when it is seen or asked for, from this host alone; where it cannot run the sketch stays. */
import { $, page, say, t } from "./frame.js";

const host = $("map"),
  assets = new URL("assets/", import.meta.url),
  EVERY_MS = 5000,
  AFTER_MS = 1500,
  LEAST_ZOOM = 1,
  MOST_ZOOM = 12,
  TOUCHING_PX = 60,
  REGISTERED = "registered",
  STATES = Object.keys(t.states);

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

/** Where facilities lie that the page is about, as points with the place of their state among the states, worst last; a
 * row of a register has no state, and the last place. */
async function points() {
  const answer = await fetch(page.places);
  if (!answer.ok) return null;
  const { places } = await answer.json();
  return {
    type: "FeatureCollection",
    features: places.map(({ facility, number, name, state, lon, lat }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon, lat] },
      properties: {
        id: facility || number,
        href: facility ? `/f/${facility}` : `/register/${number}`,
        name,
        worst: -STATES.indexOf(state ?? REGISTERED),
      },
    })),
  };
}

async function draw() {
  await Promise.all([
    load("link", { rel: "stylesheet", href: new URL("maplibre.css", assets) }),
    load("script", { src: new URL("topojson.js", assets) }),
  ]);
  const [{ Map, Marker, NavigationControl, setWorkerUrl }, world, data] = await Promise.all([
    import(new URL("maplibre.mjs", assets)),
    fetch(new URL("outlines.json", import.meta.url)).then(answer => answer.json()),
    points(),
  ]);
  if (!data) return;
  setWorkerUrl(new URL("maplibre-worker.mjs", assets).href);
  const paint = paints(),
    countries = window.topojson.feature(world, world.objects.countries),
    box = Object.assign(document.createElement("div"), { className: "geo" });
  host.querySelector("svg.map").replaceWith(box);
  host.dataset.own = "";
  const map = new Map({
    container: box,
    locale: t.map,
    attributionControl: false,
    minZoom: LEAST_ZOOM,
    maxZoom: MOST_ZOOM,
    bounds: page.frame,
    fitBoundsOptions: { padding: { top: 40, bottom: 40, left: 40, right: 90 }, maxZoom: data.features.length > 1 ? 7 : 5 },
    style: {
      version: 8,
      sources: {
        world: { type: "geojson", data: countries },
        places: {
          type: "geojson",
          data,
          cluster: true,
          clusterRadius: TOUCHING_PX,
          clusterMaxZoom: MOST_ZOOM,
          clusterProperties: { worst: ["max", ["get", "worst"]] },
        },
      },
      layers: [
        { id: "sea", type: "background", paint: paint.sea },
        { id: "land", type: "fill", source: "world", paint: paint.land },
        { id: "borders", type: "line", source: "world", paint: paint.borders },
        // Drawn by the marks below; a source without a layer is not loaded.
        { id: "places", type: "circle", source: "places", paint: { "circle-radius": 0 } },
      ],
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  addEventListener("theme", () => {
    for (const [layer, values] of Object.entries(paints()))
      for (const [key, value] of Object.entries(values)) map.setPaintProperty(layer, key, value);
  });
  let markers = [];
  const mark = () => {
    if (!map.isSourceLoaded("places")) return;
    const seen = new Set();
    for (const marker of markers) marker.remove();
    markers = map
      .querySourceFeatures("places")
      .filter(({ id, properties }) => {
        const key = properties.cluster ? id : properties.id;
        return !seen.has(key) && seen.add(key);
      })
      .map(feature =>
        new Marker({ element: element(map, feature), anchor: "left", offset: [-12, 0] })
          .setLngLat(feature.geometry.coordinates)
          .addTo(map),
      );
  };
  map.on("moveend", mark);
  map.on("sourcedata", ({ sourceId, isSourceLoaded }) => sourceId === "places" && isSourceLoaded && mark());
  map.once("idle", () => {
    mark();
    box.dataset.ready = "1";
  });
  let askedMs = Date.now();
  addEventListener("renewed", async () => {
    if (Date.now() - askedMs < EVERY_MS) return;
    askedMs = Date.now();
    const fresh = await points();
    if (fresh) map.getSource("places").setData(fresh);
  });
}

/** A facility on the map, shape and name, a link to it; or how many lie there, with the worst shape, to go closer. */
function element(map, { id, geometry, properties }) {
  const { cluster, point_count: count, id: place, href, name, worst } = properties,
    state = STATES[-worst],
    link = document.createElement(cluster ? "button" : "a");
  link.className = "place";
  link.innerHTML = `<svg class="ic" aria-hidden="true"><use href="#${state}"/></svg><span></span>`;
  link.lastElementChild.textContent = cluster ? count : name;
  if (!cluster) {
    link.title = `${name}: ${t.states[state]}`;
    link.href = href;
    link.dataset.place = place;
    return link;
  }
  link.type = "button";
  link.dataset.group = count;
  link.setAttribute("aria-label", say(t.group, { n: count }));
  link.onclick = async () => {
    const zoom = await map.getSource("places").getClusterExpansionZoom(id);
    map.easeTo({ center: geometry.coordinates, zoom: Math.min(zoom, MOST_ZOOM), duration: 0 });
  };
  return link;
}

const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));

function begin(seen) {
  if (!seen.some(entry => entry.isIntersecting) || !canDraw()) return;
  watcher.disconnect();
  // After the page itself: nobody waits for figures because of a map.
  setTimeout(draw, AFTER_MS);
}
const watcher = new IntersectionObserver(begin);
const hasSketch = host?.querySelector("svg.map") && page.places,
  asking = $("map-live");
// Where a page has the button, half a megabyte comes for who asks for it alone.
if (hasSketch && !asking) watcher.observe(host);
if (hasSketch && asking && canDraw()) {
  asking.hidden = false;
  asking.onclick = async () => {
    asking.remove();
    await draw();
    host.querySelector("canvas")?.focus({ preventScroll: true });
  };
}
