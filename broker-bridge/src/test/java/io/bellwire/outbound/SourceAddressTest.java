package io.bellwire.outbound;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The address that calls come from. */
@Timeout(120)
class SourceAddressTest {
    /** Another address of this machine than the one that is called. */
    private static final String OTHER = "127.0.0.2";

    private static String callerOf(OutboundOptions options) throws Exception {
        try (ServerSocket receiver = new ServerSocket(0, 1, OutboundFixture.address("127.0.0.1"));
                OutboundFixture fixture = new OutboundFixture(options)) {
            CompletableFuture<OutboundResult> result =
                    fixture.start(URI.create("http://loopback.example:" + receiver.getLocalPort() + "/"));
            String caller;
            try (Socket call = receiver.accept()) {
                caller = call.getInetAddress().getHostAddress();
                call.getOutputStream().write("HTTP/1.1 204 OK\r\n\r\n".getBytes(US_ASCII));
                OutboundFixture.await(result);
            }
            return caller;
        }
    }

    @Test
    void callsComeFromTheAddressThatIsSet() throws Exception {
        OutboundOptions options = OutboundFixture.OPTIONS.toBuilder()
                .sourceAddress(Optional.of(OutboundFixture.address(OTHER)))
                .build();

        assertEquals(OTHER, callerOf(options));
    }

    @Test
    void callsComeFromAnyAddressIfNoneIsSet() throws Exception {
        assertEquals("127.0.0.1", callerOf(OutboundFixture.OPTIONS));
    }
}
