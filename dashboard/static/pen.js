/* A canvas that writes SVG: what the functions under a chart draw, in the pixels of a picture of it. */
const BASE = { bottom: -3, middle: 4, top: 10 };
export const one = value => Math.round(value * 10) / 10;
export const escaped = text => String(text).replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);

/** Has as much of CanvasRenderingContext2D as they use. `real` measures words; a pixel of the picture is `k` of it. */
export class Pen {
  shapes = "";
  words = "";
  fillStyle = "";
  strokeStyle = "";
  lineWidth = 1;
  font = "";
  textAlign = "left";
  textBaseline = "alphabetic";
  #dash = [];
  #path = "";
  #saved = [];
  #real;
  #k;

  constructor(real, k) {
    this.#real = real;
    this.#k = k;
  }

  save() {
    const { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline } = this;
    this.#saved.push([{ fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline }, this.#dash]);
  }

  restore() {
    const [style, dash] = this.#saved.pop();
    Object.assign(this, style);
    this.#dash = dash;
  }

  setLineDash(lengths) {
    this.#dash = lengths;
  }

  measureText(words) {
    this.#real.save();
    this.#real.font = this.font;
    const found = this.#real.measureText(words);
    this.#real.restore();
    return found;
  }

  beginPath() {
    this.#path = "";
  }

  // The picture clips all shapes to the plot.
  rect() {}
  clip() {}

  moveTo(x, y) {
    this.#path += `M${this.#at(x, y)}`;
  }

  lineTo(x, y) {
    this.#path += `L${this.#at(x, y)}`;
  }

  fill() {
    if (this.#path) this.shapes += `<path fill="${this.fillStyle}" d="${this.#path}"/>\n`;
  }

  fillRect(x, y, width, height) {
    const box = `x="${this.#px(x)}" y="${this.#px(y)}" width="${this.#px(width)}" height="${this.#px(height)}"`;
    this.shapes += `<rect ${box} fill="${this.fillStyle}"/>\n`;
  }

  /** A rectangle without width or height, which is how they draw a line. */
  strokeRect(x, y, width, height) {
    const dash = this.#dash.map(length => this.#px(length)).join(" "),
      line = `stroke="${this.strokeStyle}" stroke-width="${this.#px(this.lineWidth)}" stroke-dasharray="${dash}"`;
    this.shapes += `<path fill="none" ${line} d="M${this.#at(x, y)}h${this.#px(width)}v${this.#px(height)}"/>\n`;
  }

  fillText(words, x, y) {
    const at = `x="${this.#px(x)}" y="${one(y / this.#k + (BASE[this.textBaseline] ?? 0))}"`;
    this.words += `<text ${at} fill="${this.fillStyle}">${escaped(words)}</text>\n`;
  }

  #px(length) {
    return one(length / this.#k);
  }

  #at(x, y) {
    return `${this.#px(x)} ${this.#px(y)}`;
  }
}
