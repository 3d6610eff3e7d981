package io.bellwire.outbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TimerThread;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lookups that hang, fail or change. What is kept ages by a clock that the tests set; calls wait in real time. */
@Timeout(60)
class NameLookupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final LookupOptions OPTIONS =
            new LookupOptions(2, 3, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, CountDownLatch> hanging = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final TimerThread timer = new TimerThread("test");
    private final NameLookup names =
            new NameLookup(this::resolve, AddressRules.PUBLIC, OPTIONS, new Stopwatch(nanos::get), timer);

    @AfterEach
    void close() {
        hanging.values().forEach(CountDownLatch::countDown);
        names.close();
        timer.shutdownNow();
    }

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        asked.computeIfAbsent(name, same -> new AtomicInteger()).incrementAndGet();
        CountDownLatch latch = hanging.get(name);
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }
        if (name.startsWith("nowhere")) {
            throw new UnknownHostException(name);
        }
        if (name.startsWith("broken")) {
            throw new IllegalStateException("a bug");
        }
        return OutboundFixture.addresses(name.startsWith("private") ? "10.0.0.1" : "8.8.8.8");
    }

    private CountDownLatch hang(String name) {
        CountDownLatch latch = new CountDownLatch(1);
        hanging.put(name, latch);
        return latch;
    }

    private int asked(String name) {
        AtomicInteger count = asked.get(name);
        return count == null ? 0 : count.get();
    }

    private CompletableFuture<String> start(String name) {
        CompletableFuture<String> result = new CompletableFuture<>();
        names.lookUp(
                TargetUrl.of("https://" + name + "/", false, AddressRules.PUBLIC),
                PATIENCE,
                found -> result.complete(found.fold(
                        addresses -> addresses.addresses().toString(), (reason, detail) -> reason + ": " + detail)));
        return result;
    }

    private String lookUp(String name) throws Exception {
        return start(name).get(30, TimeUnit.SECONDS);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void resultIsKeptForItsTimeAndThenLookedUpAgain() throws Exception {
        for (String name : List.of("a.example", "nowhere.example", "private.example", "broken.example")) {
            String first = lookUp(name);
            pass(Duration.ofMillis(9_999));
            assertEquals(first, lookUp(name));
            assertEquals(1, asked(name));

            pass(Duration.ofMillis(2));
            assertEquals(first, lookUp(name));
            assertEquals(2, asked(name));
        }
        assertEquals("[/8.8.8.8]", lookUp("a.example"));
        assertEquals("NO_ADDRESS: there is no address for nowhere.example", lookUp("nowhere.example"));
        assertEquals("FORBIDDEN_ADDRESS: 10.0.0.1 is private", lookUp("private.example"));
        assertTrue(lookUp("broken.example").startsWith("NO_ADDRESS"));
    }

    @Test
    void callsForOneNameShareALookup() throws Exception {
        CountDownLatch latch = hang("slow.example");
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(start("slow.example"));
        }
        assertEquals(1, names.size());
        latch.countDown();
        for (CompletableFuture<String> one : all) {
            assertEquals("[/8.8.8.8]", one.get(30, TimeUnit.SECONDS));
        }
        assertEquals(1, asked("slow.example"));
    }

    @Test
    void nameThatHangsFailsItsCallsAndHoldsUpNoOther() throws Exception {
        CountDownLatch unused = hang("slow.example");

        assertEquals("NO_ADDRESS: name servers did not answer within 200 ms", lookUp("slow.example"));
        for (int i = 0; i < 20; i++) {
            assertEquals("[/8.8.8.8]", lookUp("a" + i + ".example"));
        }
        pass(Duration.ofMillis(201));
        CompletableFuture<String> next = start("slow.example");

        assertTrue(next.isDone(), "a name that hangs makes nobody wait again");
        assertEquals(1, asked("slow.example"));
    }

    @Test
    void nameThatTookTooLongIsNotLookedUpForAWhile() throws Exception {
        CountDownLatch latch = hang("slow.example");
        CompletableFuture<String> first = start("slow.example");
        first.get(30, TimeUnit.SECONDS);
        pass(Duration.ofSeconds(5));
        latch.countDown();
        await().until(() -> names.size() == 0);

        pass(Duration.ofMillis(59_999));
        assertEquals("NO_ADDRESS: name servers did not answer within 200 ms", lookUp("slow.example"));
        assertEquals(1, asked("slow.example"));
        pass(Duration.ofMillis(2));
        assertEquals("[/8.8.8.8]", lookUp("slow.example"));
        assertEquals(2, asked("slow.example"));
    }

    @Test
    void namesThatAreMoreThanThreadsWaitAndThenFailAndBeyondTheQueueFailAtOnce() throws Exception {
        CountDownLatch first = hang("slow1.example");
        CountDownLatch second = hang("slow2.example");
        List<CompletableFuture<String>> waiting =
                new ArrayList<>(List.of(start("slow1.example"), start("slow2.example")));
        await().until(() -> asked("slow1.example") + asked("slow2.example") == 2);
        for (int i = 0; i < 3; i++) {
            waiting.add(start("a" + i + ".example"));
        }

        assertEquals("NO_ADDRESS: too many names wait to be looked up", lookUp("b.example"));
        for (CompletableFuture<String> one : waiting) {
            assertTrue(one.get(30, TimeUnit.SECONDS).startsWith("NO_ADDRESS: name servers did not answer"));
        }
        first.countDown();
        second.countDown();
        await().until(() -> names.size() == 0);
        assertEquals("[/8.8.8.8]", lookUp("c.example"));
    }

    @Test
    void literalAddressIsNotLookedUp() throws Exception {
        CompletableFuture<String> result = start("8.8.4.4");

        assertTrue(result.isDone());
        assertEquals("[/8.8.4.4]", result.get());
        assertTrue(asked.isEmpty());
    }

    @Test
    void closingEndsWhatWaits() throws Exception {
        CountDownLatch unused = hang("slow.example");
        CompletableFuture<String> waiting = start("slow.example");
        assertFalse(waiting.isDone());

        names.close();

        assertEquals("CLOSED: this client was closed", waiting.get(30, TimeUnit.SECONDS));
        assertEquals("CLOSED: this client was closed", start("a.example").get(30, TimeUnit.SECONDS));
    }
}
