package io.bellwire.bench;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.FlightRecorderMXBean;

/**
 * Records a server with JDK Flight Recorder until it is closed, then shows where CPU time was spent, as a table and as
 * a flame graph.
 */
final class FlightRecording {
    private static final int METHODS_PER_ROLE = 8;

    private final JMXConnector connector;
    private final FlightRecorderMXBean recorder;
    private final long id;
    private final Path folder;
    private final String part;

    private FlightRecording(JMXConnector connector, FlightRecorderMXBean recorder, long id, Path folder, String part) {
        this.connector = connector;
        this.recorder = recorder;
        this.id = id;
        this.folder = folder;
        this.part = part;
    }

    /**
     * Starts a recording.
     *
     * @param part the files' name in {@code folder}
     */
    @SuppressWarnings("BanJNDI") // the server is our own child process, at an address that its JVM has given
    static FlightRecording start(long pid, Path folder, String part) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
        JMXConnector connector;
        try {
            connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        } finally {
            machine.detach();
        }
        FlightRecorderMXBean recorder = ManagementFactory.newPlatformMXBeanProxy(
                connector.getMBeanServerConnection(),
                "jdk.management.jfr:type=FlightRecorder",
                FlightRecorderMXBean.class);
        long id = recorder.newRecording();
        recorder.setPredefinedConfiguration(id, "profile");
        Map<String, String> settings = new HashMap<>(recorder.getRecordingSettings(id));
        settings.put("jdk.CPUTimeSample#enabled", "true"); // includes system calls, if the JVM supports it
        settings.put("jdk.CPUTimeSample#throttle", "10 ms");
        recorder.setRecordingSettings(id, settings);
        recorder.startRecording(id);
        return new FlightRecording(connector, recorder, id, Files.createDirectories(folder), part);
    }

    void close() throws IOException {
        Path file = folder.resolve(part + ".jfr").toAbsolutePath();
        Files.deleteIfExists(file);
        recorder.stopRecording(id);
        recorder.copyTo(id, file.toString());
        recorder.closeRecording(id);
        connector.close();
        Profile profile = Profile.read(file);
        Path graph = folder.resolve(part + ".svg");
        Files.writeString(graph, FlameGraph.svg(part, profile.root()));
        System.out.print(profile.table(METHODS_PER_ROLE));
        System.out.println("   " + file + ", " + graph);
    }
}
