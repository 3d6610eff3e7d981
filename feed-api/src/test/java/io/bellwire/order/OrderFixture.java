package io.bellwire.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.command.CommandResult;
import io.bellwire.group.Recipients;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.LogStoreFixture;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import io.bellwire.segment.SegmentStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Orders of one device in a log in memory, without HTTP. Each write is a batch of its own. Used by one thread. */
final class OrderFixture implements AutoCloseable {
    static final Instant MORNING = LogStoreFixture.MORNING;
    static final RefusalTexts REFUSALS = new RefusalTexts(refusal -> "\"" + refusal.kind() + " "
            + refusal.retryAfterMillis().map(String::valueOf).orElse("") + "\"");

    private final LogStoreFixture log = new LogStoreFixture(SegmentStore.inMemory(new Random(1)));
    final Feed grill = log.grill();
    final Recipients recipients = Recipients.of(List.of(grill));
    private int created;

    /** Parses JSON in which apostrophes are quotation marks. */
    static JsonNode json(String text) {
        return parse(text.replace('\'', '"'));
    }

    static OrderPatch patch(String text) {
        return OrderPatch.of(json(text));
    }

    private static JsonNode parse(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** The result of the write in a batch that is committed at {@code at}. */
    <R> R write(Instant at, Write<R> write) {
        return writeTogether(at, List.of(write)).get(0);
    }

    /** The results of writes that are committed together at {@code at}. */
    <R> List<R> writeTogether(Instant at, List<? extends Write<R>> writes) {
        BatchNeeds needs = new BatchNeeds();
        writes.forEach(write -> write.declareNeeds(needs));
        List<R> results = new ArrayList<>();
        log.write(needs, at, batch -> writes.forEach(write -> results.add(write.decide(batch))));
        return results;
    }

    /** What a batch at {@code at} would have, without writing it. */
    WriteBatch batch(Instant at, Write<?> write) {
        BatchNeeds needs = new BatchNeeds();
        write.declareNeeds(needs);
        return log.write(needs, at, batch -> {});
    }

    /** A new order of the grill with these further fields, such as {@code ,'volume':7}. */
    OrderId create(String fields) {
        OrderId id = LogStoreFixture.orderId(++created);
        OrderDraft draft = OrderDraft.of(json("{'device_id':'grill'" + fields + "}"));
        CommandResult<Refusal> unused = write(MORNING, new CreateOrder(id, draft, recipients));
        return id;
    }

    /** The order as it was looked up now. */
    OrderTarget target(OrderId id) {
        return new OrderTarget(id, recipients, newest(id));
    }

    Event newest(OrderId id) {
        return log.store().orders().find(id).orElseThrow();
    }

    Order order(OrderId id) {
        return Order.of(newest(id));
    }

    /** A change that is prepared against the order as it is now. */
    ChangeOrder change(OrderId id, String patch, Precondition precondition) {
        OrderTarget target = target(id);
        return new ChangeOrder(target, PreparedOrderChange.of(target, patch(patch), precondition));
    }

    CommandResult<Refusal> write(Instant at, OrderId id, String patch) {
        return write(at, change(id, patch, Precondition.NONE));
    }

    CommandResult<Refusal> write(OrderId id, String patch) {
        return write(MORNING, id, patch);
    }

    /** Why the write was refused. */
    static Refusal.Kind kind(CommandResult<Refusal> result) {
        return ((CommandResult.Refused<Refusal>) result).why().kind();
    }

    static CommandResult.Done<Refusal> done(CommandResult<Refusal> result) {
        return (CommandResult.Done<Refusal>) result;
    }

    /** The body of the answer. */
    static String body(CommandResult<Refusal> result) {
        return new String(done(result).body(), StandardCharsets.UTF_8);
    }

    /** How many changes the grill's feed has. */
    long head() {
        return log.stored(LogStoreFixture.GRILL).head().value();
    }

    @Override
    public void close() {
        log.store().close();
    }
}
