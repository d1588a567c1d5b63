/* Readings of datastreams as a chart needs them: asked from the api, gaps made visible, bad ones set apart. */
import { page } from "./frame.js";

/** An answer of the server that is not the one hoped for; status 0: no answer at all. */
export class NoAnswer extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

async function ask(address, signal) {
  let answer;
  try {
    answer = await fetch(address, { signal, cache: "no-cache" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NoAnswer(0);
  }
  if (!answer.ok) throw new NoAnswer(answer.status);
  return answer.json();
}

export const iso = s => new Date(Math.round(s) * 1000).toISOString().replace(".000", "");

/** Ask once for some datastreams from view.from to view.to [Unix s]: each as observed up to `points`, else `buckets`;
    readings with a flag of `flags` come apart from the line. */
export async function fetchSeries(streams, view, points, buckets, flags, signal) {
  const query = new URLSearchParams({
    from: iso(view.from),
    to: iso(view.to),
    max_points: points,
    max_buckets: buckets,
    marks: flags,
    time_format: "unix",
    digits: 7,
    uncertainty: true,
  });
  for (const { id } of streams) query.append("datastream", id);
  const { series } = await ask(`/api/v1/facilities/${page.facility}/series?${query}`, signal);
  return series.map((answer, i) => ({
    ...shape(answer, streams[i]),
    marks: bad(answer.marks),
    errors: errorsOf(answer.uncertainty),
    stream: streams[i],
  }));
}

/** Times at which the uncertainty of a line is known: [{t, u}]. */
const errorsOf = ({ times, expanded }) => expanded.flatMap((u, i) => (u == null ? [] : [{ t: times[i], u }]));

/** The uncertainty of a line at a time, by a straight line between the two times that are known. */
export function errorAt({ errors }, time) {
  const next = errors.findIndex(({ t }) => t >= time),
    after = errors.at(next),
    before = errors[next - 1];
  if (!before) return after?.u;
  return before.u + ((after.u - before.u) * (time - before.t)) / (after.t - before.t);
}

/** Columns with an empty item inside each gap, so that the line breaks there; single readings between gaps apart.
    Depths of rain add up: of a bucket they are the sum, of everything else the mean. */
export function shape(answer, stream) {
  const gaps = [...answer.gaps],
    band = answer.aggregation !== "raw";
  const out = {
    t: [],
    v: [],
    lo: [],
    hi: [],
    step: answer.bucket_s ?? answer.expected_interval_s,
    band,
    single: [],
    bucket: answer.bucket_s,
  };
  answer.times.forEach((time, i) => {
    const shown = band ? time + answer.bucket_s / 2 : time;
    let isAfterGap = false;
    while (gaps.length && gaps[0][1] < time + (answer.bucket_s ?? 1e-3)) {
      gaps.shift();
      isAfterGap = true;
    }
    if (isAfterGap && out.t.length) breakLine(out, shown);
    put(
      out,
      shown,
      band && stream.quantity === "rain" ? answer.results[i] * answer.counts[i] : answer.results[i],
      band ? answer.minimums[i] : null,
      band ? answer.maximums[i] : null,
    );
  });
  out.single = singles(out);
  return out;
}

function breakLine(out, next) {
  const last = out.t.at(-1);
  if (next > last && out.v.at(-1) != null) put(out, (last + next) / 2, null, null, null);
}
export function put(out, t, v, lo, hi) {
  out.t.push(t);
  out.v.push(v);
  out.lo.push(lo);
  out.hi.push(hi);
}

/** Readings without a neighbour on either side: a line cannot show them. */
export function singles(out) {
  const is = i => out.v[i] != null;
  return out.t.flatMap((time, i) => (is(i) && !is(i - 1) && !is(i + 1) ? [[time, out.v[i]]] : []));
}

const bad = answer =>
  answer.times.flatMap((time, i) =>
    answer.results[i] == null
      ? []
      : [{ t: time, v: answer.results[i], q: answer.qualities[i], tests: answer.tests[i] }],
  );

export const last = series => {
  let i = series.v.length - 1;
  while (i >= 0 && series.v[i] == null) i--;
  return i < 0 ? null : { t: series.t[i], v: series.v[i] };
};
/** The lines that a panel is called by: rain hangs from its top, and hand readings stand beside. */
export const mains = ({ lines }) => lines.filter(line => !line.hangs && !line.isBeside);
export const isEmpty = series => !last(series) && !series.marks.length;
