package io.bellwire.bench;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a connected device that does nothing costs the server. */
final class MemoryBench {
    private static final double MOQUETTE_HEAP_BYTES = 5_100;

    private MemoryBench() {}

    static Row run(int devices) throws Exception {
        Path folder = Fixture.folder();
        List<Socket> sockets = new ArrayList<>();
        try (Child server = Child.bellwire(folder, List.of())) {
            List<String> secrets = Fixture.devices(server, devices);
            ReconnectBench.jcmd(server, "GC.run");
            double heapBefore = ReconnectBench.heapBytes(server);
            long residentBefore = server.residentBytes();
            for (int i = 0; i < devices; i++) {
                Socket socket = new Socket(server.mqtt.getHost(), server.mqtt.getPort());
                socket.getOutputStream().write(hello("d-" + i, secrets.get(i)));
                sockets.add(socket);
            }
            for (Socket socket : sockets) {
                socket.getInputStream().readNBytes(5 + 2); // CONNACK, and a look at what follows it
            }
            long residentPeak = server.residentBytes();
            ReconnectBench.jcmd(server, "GC.run");
            double heap = ReconnectBench.heapBytes(server) - heapBefore;
            Map<String, Object> more = new LinkedHashMap<>();
            more.put("resident_growth_bytes_per_device", (residentPeak - residentBefore) / (double) devices);
            more.put("resident_mb", residentPeak / 1e6);
            return Row.of(
                    "heap per idle device at " + devices,
                    heap / devices,
                    "bytes",
                    MOQUETTE_HEAP_BYTES,
                    "<= 10 KB",
                    more);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            Fixture.delete(folder);
        }
    }

    /** CONNECT and SUBSCRIBE of MQTT 3.1.1, in one go. */
    private static byte[] hello(String device, String secret) throws Exception {
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        connect.writeBytes(text("MQTT"));
        connect.writeBytes(new byte[] {4, (byte) 0xc2, 0, 120});
        connect.writeBytes(text(device));
        connect.writeBytes(text(device));
        connect.writeBytes(text(secret));
        ByteArrayOutputStream subscribe = new ByteArrayOutputStream();
        subscribe.writeBytes(new byte[] {0, 1});
        subscribe.writeBytes(text("bellwire/v1/devices/" + device + "/signal"));
        subscribe.write(0);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(0x10);
        both.write(connect.size()); // below 128: one byte of length
        both.writeBytes(connect.toByteArray());
        both.write(0x82);
        both.write(subscribe.size());
        both.writeBytes(subscribe.toByteArray());
        return both.toByteArray();
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[bytes.length + 2];
        all[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, all, 2, bytes.length);
        return all;
    }
}
