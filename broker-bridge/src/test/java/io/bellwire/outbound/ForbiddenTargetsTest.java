package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.Network;
import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call connects to no address that is forbidden, whatever its name resolves to, and when. A server listens on all
 * addresses of this machine and counts connections; 127.0.0.1 stands for the public internet, 127.0.0.2 is forbidden.
 */
@Timeout(120)
class ForbiddenTargetsTest {
    private static final OutboundOptions OPTIONS = OutboundFixture.OPTIONS.toBuilder()
            .addresses(new AddressRules(List.of(Network.of("127.0.0.1"))))
            .build();
    private static final RawServer.Answer CLOSE =
            RawServer.Answer.of("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

    private static RawServer everywhere(RawServer.Answer answer) throws Exception {
        return new RawServer(new ServerSocket(), "0.0.0.0", answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.2", "0.0.0.0", "10.0.0.1", "169.254.169.254", "::1", "::", "fd00:ec2::254", "224.0.0.1"
            })
    void nameOfAForbiddenAddressIsNotCalled(String address) throws Exception {
        try (RawServer receiver = everywhere(CLOSE);
                OutboundFixture fixture = new OutboundFixture(OPTIONS)) {
            fixture.name("bad.example", address);

            assertEquals(
                    Reason.FORBIDDEN_ADDRESS,
                    fixture.failure(receiver.url("bad.example")).reason());
            assertEquals(0, receiver.accepted());
        }
    }

    @Test
    void nameThatResolvesToAnotherAddressTheSecondTimeIsCheckedAgain() throws Exception {
        for (RawServer.Answer answer : List.of(CLOSE, RawServer.Answer.ok("kept open"))) {
            try (RawServer receiver = everywhere(answer);
                    OutboundFixture fixture = new OutboundFixture(OPTIONS)) {
                AtomicInteger lookups = new AtomicInteger();
                fixture.name(
                        "rebound.example",
                        name -> OutboundFixture.addresses(lookups.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2"));

                assertEquals(
                        200, fixture.answer(receiver.url("rebound.example")).status());
                Failed second = fixture.failure(receiver.url("rebound.example"));

                assertEquals(Reason.FORBIDDEN_ADDRESS, second.reason());
                assertEquals("127.0.0.2 is a loopback address", second.detail());
                assertEquals(1, receiver.accepted());
                assertEquals(2, lookups.get());
            }
        }
    }

    /** Nothing is looked up between the check and the connection: one lookup a call, though a connection is opened. */
    @Test
    void connectionGoesToTheAddressThatWasChecked() throws Exception {
        try (RawServer receiver = everywhere(CLOSE);
                OutboundFixture fixture = new OutboundFixture(OPTIONS)) {
            AtomicInteger lookups = new AtomicInteger();
            // the JDK itself would resolve this name to a forbidden address, or to none
            fixture.name("localhost", name -> {
                lookups.incrementAndGet();
                return OutboundFixture.addresses("127.0.0.1");
            });

            for (int i = 1; i <= 3; i++) {
                assertEquals(200, fixture.answer(receiver.url("localhost")).status());
                assertEquals(i, lookups.get());
                assertEquals(i, receiver.accepted());
            }
        }
    }

    @Test
    void addressThatChangesToAnotherAllowedOneIsCalledOverANewConnection() throws Exception {
        try (RawServer receiver = everywhere(RawServer.Answer.ok("kept open"));
                OutboundFixture fixture = new OutboundFixture()) {
            fixture.name("moved.example", "127.0.0.1");
            fixture.answer(receiver.url("moved.example"));
            fixture.name("moved.example", "127.0.0.2");
            fixture.answer(receiver.url("moved.example"));
            fixture.answer(receiver.url("moved.example"));

            assertEquals(2, receiver.accepted());
        }
    }

    @Test
    void nameWithOneForbiddenAddressIsNotCalledAtAll() throws Exception {
        try (RawServer receiver = everywhere(CLOSE);
                OutboundFixture fixture = new OutboundFixture(OPTIONS)) {
            fixture.name("good-first.example", "127.0.0.1", "127.0.0.2");
            fixture.name("bad-first.example", "127.0.0.2", "127.0.0.1");

            for (String name : List.of("good-first.example", "bad-first.example")) {
                assertEquals(
                        Reason.FORBIDDEN_ADDRESS,
                        fixture.failure(receiver.url(name)).reason());
            }
            assertEquals(0, receiver.accepted());
        }
    }

    @Test
    void redirectToAForbiddenAddressIsNotFollowed() throws Exception {
        for (String location : List.of("http://169.254.169.254/latest/meta-data/", "http://127.0.0.2/")) {
            for (int status : List.of(301, 302, 303, 307, 308)) {
                try (RawServer receiver = everywhere(RawServer.Answer.of("HTTP/1.1 " + status + " There\r\nLocation: "
                                + location + "\r\nContent-Length: 0\r\n\r\n"));
                        OutboundFixture fixture = new OutboundFixture(OPTIONS)) {
                    assertEquals(
                            status,
                            fixture.answer(receiver.url("loopback.example")).status());
                    assertEquals(1, receiver.requests().size());
                }
            }
        }
    }

    @Test
    void ownListenerIsNotCalledThoughItsNetworkIsAllowed() throws Exception {
        try (RawServer own = everywhere(CLOSE);
                RawServer other = everywhere(CLOSE);
                OutboundFixture fixture = new OutboundFixture()) {
            for (String listener : List.of("127.0.0.1", "0.0.0.0", "::")) {
                fixture.ownListeners.clear();
                fixture.ownListeners.add(new InetSocketAddress(listener, own.port()));

                for (String host : List.of("loopback.example", "127.0.0.1")) {
                    Failed failure = fixture.failure(own.url(host));
                    assertEquals(Reason.FORBIDDEN_ADDRESS, failure.reason());
                    assertTrue(failure.detail().contains("this server itself"), failure.detail());
                    assertEquals(200, fixture.answer(other.url(host)).status());
                }
            }
            assertEquals(0, own.accepted());
        }
    }

    @Test
    void portOfAListenerMayBeCalledOnAnotherMachine() {
        OwnListeners own = new OwnListeners(
                () -> List.of(new InetSocketAddress("0.0.0.0", 8_080)),
                address -> address.equals(OutboundFixture.address("192.0.2.7")));

        assertTrue(own.contain(OutboundFixture.address("192.0.2.7"), 8_080));
        assertTrue(own.contain(OutboundFixture.address("127.5.5.5"), 8_080));
        assertTrue(own.contain(OutboundFixture.address("0.0.0.0"), 8_080));
        assertEquals(false, own.contain(OutboundFixture.address("192.0.2.8"), 8_080));
        assertEquals(false, own.contain(OutboundFixture.address("192.0.2.7"), 8_081));
    }

    @Test
    void urlThatIsForbiddenIsNotCalled() throws Exception {
        try (OutboundFixture fixture =
                new OutboundFixture(OPTIONS.toBuilder().httpAllowed(false).build())) {
            for (String url : List.of("http://loopback.example/", "https://10.0.0.1/", "https://0x7f.1/")) {
                assertEquals(
                        Reason.FORBIDDEN_URL, fixture.failure(URI.create(url)).reason());
            }
        }
    }
}
