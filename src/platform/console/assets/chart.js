/** A line over the last ten minutes as a picture, and the same in words. */
import { h, svg } from './dom.js';

const WIDTH = 240;
const HEIGHT = 56;
const LONGEST_MS = 10 * 60_000;
/** A young instance's line is not squeezed into a corner. */
const SHORTEST_MS = 60_000;

/** @param points `{ timeMs, value }` in order @param limit drawn as a dashed line when it is near */
export function chart({ name, points, limit, show, kind }) {
  const last = points.at(-1)?.value;
  const highest = points.reduce((most, { value }) => Math.max(most, value), 0);
  const top = Math.max(highest * 1.2, limit !== undefined && highest > limit / 3 ? limit * 1.05 : 0) || 1;
  const end = points.at(-1)?.timeMs ?? 0;
  const spanMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, end - (points[0]?.timeMs ?? 0)));
  const from = end - spanMs;
  const x = (timeMs) => Math.max(0, ((timeMs - from) / spanMs) * WIDTH).toFixed(1);
  const y = (value) => (HEIGHT - 2 - (value / top) * (HEIGHT - 6)).toFixed(1);
  const line = points.map(({ timeMs, value }) => `${x(timeMs)},${y(value)}`).join(' ');
  const area = points.length > 1 ? `${x(points[0].timeMs)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}` : '';
  const now = last === undefined ? 'not measured yet' : show(last);
  const allowed = limit === undefined ? '' : `, ${show(limit)} allowed`;
  const words = last === undefined ? now : `${now} now, at most ${show(highest)} in the last ten minutes${allowed}`;
  return h(
    'figure',
    { class: `chart ${kind}` },
    h(
      'figcaption',
      {},
      h('span', {}, name),
      h('strong', {}, now),
      h('small', {}, limit === undefined ? '' : `of ${show(limit)}`),
    ),
    svg(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: 'img',
        'aria-label': `${name}: ${words}`,
        preserveAspectRatio: 'none',
      },
      svg('line', { class: 'base', x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1 }),
      limit !== undefined &&
        limit <= top &&
        svg('line', { class: 'limit', x1: 0, x2: WIDTH, y1: y(limit), y2: y(limit) }),
      area !== '' && svg('polygon', { points: area }),
      line !== '' && svg('polyline', { points: line }),
    ),
  );
}
