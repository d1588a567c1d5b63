"""The question for gaps: where raw readings of a facility are more than one and a half expected intervals apart.

A failed read is a row and no gap. What lies before the first reading of a datastream, or after its retirement, was
never expected. Of rows that have left the database for the archive their hours tell: one with readings has no gap.

Many readings in one hour do not make up for none in another. Only datastreams of which some hour may hold fewer
readings than were expected are read row by row.
"""

from typing import Final

GAPS: Final = """
WITH measured AS (
    SELECT d.id, d.name, d.node_id, d.expected_interval_s AS every_s, greatest(%(start)s, l.first_time) AS first,
           least(%(stop)s, coalesce(d.retired_at, %(stop)s), now()) AS last
    FROM datastream d JOIN latest l ON l.datastream_id = d.id
    WHERE d.facility_id = %(facility)s AND d.formula IS NULL AND d.origin = 'measured' AND d.expected_interval_s > 0
      AND (%(sender)s::text IS NULL OR d.node_id = %(sender)s) AND l.first_time < %(stop)s
), short AS (
    SELECT m.* FROM measured m CROSS JOIN LATERAL (
        SELECT coalesce(sum(least(pass + not_evaluated + suspect + fail + missing, ceil(3600 / m.every_s))), 0) AS there
        FROM rollup_hour WHERE datastream_id = m.id AND start >= m.first AND start + interval '1 hour' <= m.last
    ) hours
    WHERE m.first < m.last AND hours.there < floor(extract(epoch FROM m.last - m.first) / m.every_s)
), neighbours AS (
    SELECT s.name, s.node_id, s.every_s, pair.* FROM short s CROSS JOIN LATERAL (
        SELECT lag(time, 1, s.first) OVER near AS earlier, time AS later, hour = lag(hour) OVER near AS is_one_hour
        FROM (
            SELECT phenomenon_time AS time, NULL::timestamptz AS hour FROM observation
            WHERE datastream_id = s.id AND phenomenon_time >= s.first AND phenomenon_time < s.last
            UNION ALL SELECT least(greatest(h.start + width, s.first), s.last), h.start
            FROM released_span r JOIN rollup_hour h ON h.start >= r.start AND h.start < r.stop
            CROSS JOIN (VALUES (interval '0'), (interval '1 hour')) ends (width)
            WHERE r.start < s.last AND r.stop > s.first AND h.datastream_id = s.id
              AND h.start > s.first - interval '1 hour' AND h.start < s.last
            UNION ALL SELECT s.last, NULL
        ) reading WINDOW near AS (ORDER BY time, hour)
    ) pair
), gap AS (
    SELECT name AS datastream, node_id AS sender, earlier AS after, later AS before,
           greatest(round(extract(epoch FROM later - earlier) / every_s)::bigint - 1, 1) AS missing
    FROM neighbours WHERE later - earlier > 1.5 * every_s * interval '1 s' AND is_one_hour IS NOT true
)
"""
LONGEST: Final = f"""{GAPS}
SELECT datastream, sender, after, before, missing, (count(*) OVER ())::int8 AS gaps,
       (sum(missing) OVER ())::int8 AS gaps_missing
FROM gap ORDER BY before - after DESC, datastream, after LIMIT %(limit)s"""
"""The longest of them, each row with how many there are and what is missing in all of them."""
