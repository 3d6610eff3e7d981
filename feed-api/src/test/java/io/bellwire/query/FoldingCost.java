package io.bellwire.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.command.CommandResult;
import io.bellwire.group.Recipients;
import io.bellwire.log.Change;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Revision;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderIds;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.PreparedOrderChange;
import io.bellwire.order.Refusal;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Measures what folding costs, in microseconds of the folding thread's processor time for each change
 * (decisions/0004-query-side.md): first new orders of 1 KB, then two steps of each order, the second in any order. Run
 * by hand: {@code FoldingCost [ORDERS] [DEVICES]}.
 */
final class FoldingCost {
    private static final int PARTNERS = 20;
    private static final int SUBMITTED_AT_ONCE = 2_000;
    /** How many orders are shuffled together, since orders of about the same age change at about the same time. */
    private static final int RECENT = 5_000;

    private final EventLog log;
    private final DataStore store;
    private final OrderFolder projector;
    private final LongSupplier cpuNanos = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;

    private FoldingCost(EventLog log, DataStore store, QueryDatabase database) {
        this.log = log;
        this.store = store;
        this.projector = new OrderFolder(
                log,
                store.orders(),
                database,
                new CpuBudget(1),
                Clock.systemUTC(),
                cpuNanos,
                new SimpleMeterRegistry());
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int devices = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        Path folder = Files.createTempDirectory("folding-cost");
        DataStore store = SegmentStore.inMemory(new Random(1));
        try (EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
                QueryDatabase database = QueryDatabase.inFile(folder, 2, "")) {
            FoldingCost cost = new FoldingCost(log, store, database);
            cost.fold(folder, "nothing", 1);
            Random random = new Random(1);
            List<OrderId> created = cost.create(count, devices, random);
            cost.readOnly();
            cost.fold(folder, "made", count);
            for (int from = 0; from < count; from += RECENT) {
                Collections.shuffle(created.subList(from, Math.min(count, from + RECENT)), random);
            }
            cost.changeStatus(created, "accepted");
            cost.fold(folder, "taken a step, in about the order in which they were made", count);
            Collections.shuffle(created, random);
            cost.changeStatus(created, "in_progress");
            cost.fold(folder, "taken a step, in any order", count);
        }
    }

    private List<OrderId> create(int count, int devices, Random random) {
        Feed orders = log.getOrCreateFeed(FeedId.ORDERS);
        OrderIds ids = new OrderIds(Clock.systemUTC(), random);
        List<OrderId> created = new ArrayList<>();
        List<CompletableFuture<CommandResult<Refusal>>> submitted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String device = "device-" + random.nextInt(devices);
            ObjectNode json = new ObjectMapper().createObjectNode();
            json.put("device_id", device);
            json.put("partner_id", "partner-" + random.nextInt(PARTNERS));
            json.put("recipe_id", "lungo");
            json.putObject("data").put("note", "x".repeat(800));
            List<Feed> feeds = List.of(log.getOrCreateFeed(FeedId.ofDevice(new DeviceId(device))), orders);
            OrderId id = ids.next();
            created.add(id);
            submitted.add(log.submit(new CreateOrder(id, OrderDraft.of(json), Recipients.of(feeds))));
            if (submitted.size() == SUBMITTED_AT_ONCE || i == count - 1) {
                submitted.forEach(CompletableFuture::join);
                submitted.clear();
            }
        }
        return created;
    }

    private void changeStatus(List<OrderId> created, String status) {
        Recipients to = Recipients.of(List.of(log.getOrCreateFeed(FeedId.ORDERS)));
        OrderPatch patch = OrderPatch.of(new ObjectMapper().createObjectNode().put("status", status));
        List<CompletableFuture<CommandResult<Refusal>>> submitted = new ArrayList<>();
        for (OrderId id : created) {
            OrderTarget target = new OrderTarget(id, to, store.orders().find(id).orElseThrow());
            submitted.add(
                    log.submit(new ChangeOrder(target, PreparedOrderChange.of(target, patch, Precondition.NONE))));
            if (submitted.size() == SUBMITTED_AT_ONCE) {
                submitted.forEach(CompletableFuture::join);
                submitted.clear();
            }
        }
        submitted.forEach(CompletableFuture::join);
    }

    private void readOnly() {
        Feed orders = log.getOrCreateFeed(FeedId.ORDERS);
        long began = cpuNanos.getAsLong();
        long bytes = 0;
        for (Change change :
                log.store().read(orders, Revision.NONE, orders.head(), Integer.MAX_VALUE, Long.MAX_VALUE)) {
            bytes += OrderRow.of(OrderId.subjectOf(change.event()).orElseThrow(), change.event())
                    .version();
        }
        System.out.printf(
                "reading the fields of a change: %.1f us%n", (cpuNanos.getAsLong() - began) / 1e3 / Math.max(1, bytes));
    }

    private void fold(Path folder, String what, int changes) throws IOException {
        long began = cpuNanos.getAsLong();
        do {
            long unused = projector.turn();
        } while (!projector.isFolded(projector.head()));
        System.out.printf(
                "%s: %.1f us a change, file of %d MB%n",
                what,
                (cpuNanos.getAsLong() - began) / 1e3 / changes,
                Files.size(folder.resolve(OrderSearch.DATABASE_FILE)) >> 20);
    }
}
