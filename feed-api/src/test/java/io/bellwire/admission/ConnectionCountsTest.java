package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.admission.ConnectionCounts.Verdict;
import io.bellwire.runtime.Stopwatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionCountsTest {
    private static final ClientAddress A = new ClientAddress(false, 1);
    private static final ClientAddress B = new ClientAddress(false, 2);

    private final AtomicLong nanos = new AtomicLong();

    private ConnectionCounts counts(int max, int perAddress, TokenBucket rate) {
        return new ConnectionCounts(max, perAddress, rate, new Stopwatch(nanos::get));
    }

    @Test
    void limitInTotalHolds() {
        ConnectionCounts counts = counts(2, 0, TokenBucket.UNLIMITED);
        assertEquals(Verdict.ADMITTED, counts.admit(A));
        assertEquals(Verdict.ADMITTED, counts.admit(A));
        assertEquals(Verdict.FULL, counts.admit(B));
        assertEquals(2, counts.open());
        counts.release(A);
        assertEquals(Verdict.ADMITTED, counts.admit(B));
        assertEquals(Verdict.FULL, counts.admit(A));
    }

    @Test
    void limitPerAddressHoldsAndEmptyAddressesAreForgotten() {
        ConnectionCounts counts = counts(10, 1, TokenBucket.UNLIMITED);
        assertEquals(Verdict.ADMITTED, counts.admit(A));
        assertEquals(Verdict.ADDRESS_FULL, counts.admit(A));
        assertEquals(Verdict.ADMITTED, counts.admit(B));
        assertEquals(2, counts.open());
        counts.release(A);
        assertEquals(Verdict.ADMITTED, counts.admit(A));
        counts.release(A);
        counts.release(B);
        assertEquals(0, counts.addresses());
        assertEquals(0, counts.open());
    }

    @Test
    void addressThatConnectsTooOftenIsRefusedAndOthersAreNot() {
        ConnectionCounts counts = counts(100, 0, new TokenBucket(2, 5));
        for (int i = 0; i < 5; i++) {
            assertEquals(Verdict.ADMITTED, counts.admit(A));
        }
        assertEquals(Verdict.ADDRESS_TOO_FAST, counts.admit(A));
        assertEquals(Verdict.ADMITTED, counts.admit(B));
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertEquals(Verdict.ADMITTED, counts.admit(A));
        assertEquals(Verdict.ADDRESS_TOO_FAST, counts.admit(A));
    }

    @Test
    void rateOfAKeyIsShownWithoutTakingAToken() {
        RateByKey<String> rate = new RateByKey<>(new TokenBucket(1, 1), 100, new Stopwatch(nanos::get));
        assertEquals(Duration.ZERO, rate.waitOf("grill"));
        assertEquals(Duration.ZERO, rate.take("grill"));
        assertEquals(Duration.ofSeconds(1), rate.waitOf("grill"));
        assertEquals(Duration.ofSeconds(1), rate.take("grill"));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertEquals(Duration.ZERO, rate.waitOf("grill"));
        assertEquals(Duration.ZERO, rate.waitOf("grill"));
    }

    @Test
    void ipv6AddressesOfOneNetworkAreOneAddress() throws UnknownHostException {
        ClientAddress one = ClientAddress.of(InetAddress.getByName("2001:db8:1:2::1"));
        assertEquals(one, ClientAddress.of(InetAddress.getByName("2001:db8:1:2:ffff::9")));
        assertEquals("2001:db8:1:2::/64", one.toString());
        ClientAddress v4 = ClientAddress.of(new InetSocketAddress("192.0.2.200", 5000));
        assertEquals(v4, ClientAddress.of(InetAddress.getByName("::ffff:192.0.2.200")));
        assertEquals("192.0.2.200", v4.toString());
        assertEquals(
                "0.0.0.0",
                ClientAddress.of(InetSocketAddress.createUnresolved("nowhere", 1))
                        .toString());
    }
}
