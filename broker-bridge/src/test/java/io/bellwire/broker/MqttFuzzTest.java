package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.Fuzzing;
import io.bellwire.broker.FetchHandler.Answer;
import io.bellwire.log.DeviceId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients send packets that were valid before fields, lengths, order and boundaries were changed, over TCP and over
 * WebSocket, while well-behaved devices get their signals.
 */
class MqttFuzzTest {
    private static final String[] TOPICS = {
        "bellwire/v1/devices/fuzz-1/signal",
        "bellwire/v1/devices/fuzz-1/fetch",
        "bellwire/v1/devices/fuzz-1/page",
        "bellwire/v1/devices/fuzz-2/signal",
        "kitchen/fuzz-1/urgent",
        "#",
        "$share/g/#",
        "$SYS/#",
        "+/+",
        "",
        "a/".repeat(200),
        "\ud800",
        "\0"
    };
    private static final int[] PACKET_TYPES = {
        0x10, 0x20, 0x30, 0x3B, 0x40, 0x50, 0x62, 0x70, 0x82, 0xA2, 0xC0, 0xE0, 0xF0, 0
    };

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void guarantee6BrokenPacketsKeepNoDeviceFromItsSignals(boolean overWebSocket) throws Exception {
        FetchHandler fetch = new FetchHandler() {
            @Override
            public CompletionStage<Answer> fetch(DeviceId device, byte[] request, int bodyBytesMax) {
                return CompletableFuture.completedFuture(busy());
            }

            @Override
            public Answer busy() {
                return new Answer("application/x", new byte[100], Map.of(), Duration.ofSeconds(1), () -> {});
            }
        };
        BrokerOptions options = TestBroker.options()
                .fetchPageBytesMax(5_000)
                .connectRatePerAddress(0)
                .loginRatePerDevice(0)
                .build();
        try (TestBroker broker = new TestBroker(
                        options,
                        (device, secret) -> CompletableFuture.completedFuture(
                                new String(secret, StandardCharsets.UTF_8).equals(TestBroker.secretOf(device.value()))),
                        fetch);
                HealthyDevices devices = new HealthyDevices(broker)) {
            InetSocketAddress address = broker.address(overWebSocket);
            try (Fuzzing fuzzing = new Fuzzing((random, failures) -> attack(address, overWebSocket, random))) {
                while (fuzzing.isRunning()) {
                    long begun = System.nanoTime();
                    devices.assertAllReceive();
                    fuzzing.assertServed(begun);
                }
                fuzzing.end();
            }
            devices.assertAllReceive();
            assertEquals(0, broker.loopErrors());
            assertEquals(0, broker.counted("bellwire.broker.restarts"));
            assertTrue(broker.refused(ConnectionRefusal.MALFORMED) > 0, "some packets are malformed");
            await().until(() ->
                    broker.meters.get("bellwire.broker.sockets").gauge().value() <= 24);
        }
    }

    private static void attack(InetSocketAddress address, boolean overWebSocket, SplittableRandom random)
            throws IOException {
        // from another address than the devices, whose logins would have to wait for those that fail here
        try (Socket socket = new Socket(
                address.getAddress(),
                address.getPort(),
                InetAddress.getByName("127.0.2." + random.nextInt(1, 250)),
                0)) {
            socket.setSoTimeout(5_000);
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            if (overWebSocket && random.nextInt(10) > 0) {
                out = RawWebSocket.open(socket).output();
            }
            for (byte[] piece : pieces(stream(random), random)) {
                out.write(piece);
            }
            if (random.nextBoolean()) {
                socket.setSoTimeout(20);
                int unused = socket.getInputStream().read(new byte[1_000]);
            }
        } catch (IOException closed) {
            // the broker closes what it does not like
        }
    }

    /** The packets of a client in a row, some of them mutated. */
    private static byte[] stream(SplittableRandom random) {
        List<byte[]> packets = new ArrayList<>();
        if (random.nextInt(20) > 0) {
            packets.add(connect(random));
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            packets.add(packet(random));
        }
        if (packets.size() > 1 && random.nextInt(5) == 0) {
            packets.add(packets.remove(0)); // another order
        }
        Packets.Body all = new Packets.Body();
        for (byte[] packet : packets) {
            all.raw(random.nextInt(3) == 0 ? mutated(packet, random) : packet);
            if (random.nextInt(20) == 0) {
                all.raw(packet);
            }
        }
        return all.bytes();
    }

    private static byte[] connect(SplittableRandom random) {
        Packets.Connect connect = Packets.connect("fuzz-" + random.nextInt(1, 4));
        return switch (random.nextInt(10)) {
            case 0 ->
                connect.mqtt5().properties(0x11, 0, 0, 0, random.nextInt(256)).bytes();
            case 1 ->
                connect.mqtt5()
                        .properties(0x27, 0, 0, random.nextInt(8), random.nextInt(256))
                        .bytes();
            case 2 -> connect.flags(random.nextInt(256)).bytes();
            case 3 -> connect.clientId(TOPICS[random.nextInt(TOPICS.length)]).bytes();
            case 4 -> connect.secret("wrong").bytes();
            case 5 -> connect.version("MQTT", random.nextInt(8)).bytes();
            case 6 -> connect.keepAlive(random.nextInt(4)).bytes();
            default -> random.nextBoolean() ? connect.mqtt5().bytes() : connect.bytes();
        };
    }

    private static byte[] packet(SplittableRandom random) {
        String topic = TOPICS[random.nextInt(TOPICS.length)];
        int id = random.nextInt(3);
        return switch (random.nextInt(10)) {
            case 0 -> Packets.subscribe(id, topic);
            case 1 -> Packets.subscribe5(id, new byte[] {0}, random.nextInt(256), topic, TOPICS[0]);
            case 2 -> Packets.unsubscribe(id, topic);
            case 3 -> Packets.unsubscribe5(id, topic, topic);
            case 4 -> Packets.publish(topic, random.nextInt(4), new byte[random.nextInt(50)]);
            case 5 -> fetch(random);
            case 6 -> Packets.pubAck(id);
            case 7 -> Packets.DISCONNECT;
            case 8 -> {
                byte[] body = new byte[random.nextInt(20)];
                random.nextBytes(body);
                yield Packets.packet(PACKET_TYPES[random.nextInt(PACKET_TYPES.length)], new Packets.Body().raw(body));
            }
            default -> Packets.PINGREQ;
        };
    }

    /** A request for a page, with any property and any request. */
    private static byte[] fetch(SplittableRandom random) {
        byte[] properties = new Packets.Body()
                .octet(random.nextInt(4) == 0 ? random.nextInt(0x30) : 0x08)
                .text(TOPICS[random.nextInt(3)])
                .bytes();
        byte[] all = new Packets.Body().octet(properties.length).raw(properties).bytes();
        return Packets.publish5(0x30, TOPICS[1], all, "{\"limit\":1}".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] mutated(byte[] packet, SplittableRandom random) {
        byte[] changed = packet.clone();
        switch (random.nextInt(6)) {
            case 0 -> changed[0] = (byte) random.nextInt(256);
            case 1 -> changed[1] = (byte) random.nextInt(256); // the length
            case 2 -> changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            case 3 -> changed = Arrays.copyOf(changed, random.nextInt(changed.length));
            case 4 -> changed = Arrays.copyOf(changed, changed.length + random.nextInt(200));
            default -> {
                for (int i = random.nextInt(1, 8); i > 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return changed;
    }

    /** The bytes as they may arrive. */
    private static List<byte[]> pieces(byte[] bytes, SplittableRandom random) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int length = random.nextBoolean() ? bytes.length - from : random.nextInt(1, bytes.length - from + 1);
            pieces.add(Arrays.copyOfRange(bytes, from, from + length));
            from += length;
        }
        return pieces;
    }
}
