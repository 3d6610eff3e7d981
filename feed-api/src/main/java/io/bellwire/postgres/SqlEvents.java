package io.bellwire.postgres;

import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Events in SQL. */
final class SqlEvents {
    /** The columns of the table {@code events} as {@code e}. */
    static final String COLUMNS = "e.seq, e.at_millis, e.data_offset, e.order_id, e.checksum, e.tail";

    private SqlEvents() {}

    /**
     * The events with these numbers. Uses JDBC directly: binding and mapping by name took a third of the time of a
     * page.
     */
    static Map<Long, Event> byNumbers(Handle handle, Collection<Long> eventNumbers) throws SQLException {
        Map<Long, Event> events = new HashMap<>();
        if (eventNumbers.isEmpty()) {
            return events;
        }
        Connection connection = handle.getConnection();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT seq, at_millis, tail, data_offset, order_id, checksum FROM events WHERE seq = ANY(?)")) {
            query.setArray(1, connection.createArrayOf("int8", eventNumbers.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long eventNumber = row.getLong(1);
                    events.put(
                            eventNumber,
                            new Event(
                                    new EventNumber(eventNumber),
                                    row.getLong(2),
                                    new EventJson(row.getBytes(3), row.getInt(4)),
                                    row.getObject(5, UUID.class),
                                    row.getInt(6)));
                }
            }
        }
        return events;
    }

    /** The event of a row with {@link #COLUMNS}. */
    static Event of(ResultSet row) throws SQLException {
        return new Event(
                new EventNumber(row.getLong("seq")),
                row.getLong("at_millis"),
                new EventJson(row.getBytes("tail"), row.getInt("data_offset")),
                row.getObject("order_id", UUID.class),
                row.getInt("checksum"));
    }

    static void store(Database database, Handle handle, List<Event> events) {
        if (events.isEmpty()) {
            return;
        }
        handle.createUpdate("INSERT INTO events (seq, at_millis, data_offset, order_id, checksum, tail)"
                        + " SELECT * FROM UNNEST(:seqs, :times, :offsets, :orders, :checksums, :tails)")
                .bind("seqs", database.longs(events, event -> event.eventNumber()
                        .value()))
                .bind("times", database.longs(events, Event::atMillis))
                .bind("offsets", database.ints(events, event -> event.json().dataOffset()))
                .bind("orders", database.uuids(events, Event::subject))
                .bind("checksums", database.ints(events, Event::checksum))
                .bind("tails", database.bytes(events, event -> event.json().bytes()))
                .execute();
    }
}
