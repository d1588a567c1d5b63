/* What stands in place of charts when a time has no readings to show: why, and a way to some. */
import { $, local, say, t } from "./frame.js";
import { fetchSeries } from "./series.js";

const FEW = 10;

/** Put the words into `host`; `move(view)` goes to another time. */
export async function empty(host, streams, view, move) {
  const newest = Math.max(...streams.map(stream => Date.parse(stream.last) || 0)),
    found = await fetchSeries(streams, view, FEW, FEW, "3,4").catch(() => []),
    isRejected = found.some(line => line.marks.length);
  if (host.childElementCount) return; // what was asked for meanwhile is there
  const words = document.createElement("p");
  const offer = (text, act) =>
    words.append(
      " ",
      Object.assign(document.createElement("button"), { className: "link", textContent: text, onclick: act }),
    );
  words.className = "empty";
  words.textContent = say(isRejected ? t.chart.none_passes : t.chart.empty, {
    from: local(view.from * 1000),
    to: local(view.to * 1000),
  });
  if (isRejected) offer(t.chart.show_rejected, () => $("rejected").click());
  else if (newest) {
    words.append(` ${say(t.chart.last, { time: local(newest) })}`);
    offer(t.chart.go_there, () => move({ from: newest / 1000 - (view.to - view.from), to: newest / 1000 + 60 }));
  }
  host.append(words);
}
