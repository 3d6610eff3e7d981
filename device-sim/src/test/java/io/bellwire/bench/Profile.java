package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the samples of a recording were taken: by role of the thread, then along the stack. A JVM with CPU-time samples is
 * asked for these; another one knows only what ran in Java, so that system calls are missing.
 */
final class Profile {
    private static final String CPU_SAMPLE = "jdk.CPUTimeSample";
    private static final String JAVA_SAMPLE = "jdk.ExecutionSample";

    private final Node root = new Node("all");
    /** Samples whose stacks end in a method, by role. */
    private final Map<ThreadRole, Map<String, Integer>> hottest = new TreeMap<>();

    /** A method, and how many samples were taken in it or below. */
    static final class Node {
        final String name;
        final Map<String, Node> callees = new TreeMap<>();
        int samples;

        Node(String name) {
            this.name = name;
        }

        private Node sampled(String callee) {
            Node node = callees.computeIfAbsent(callee, Node::new);
            node.samples++;
            return node;
        }
    }

    private Profile() {}

    static Profile read(Path recording) throws IOException {
        Profile profile = new Profile();
        List<RecordedEvent> events = RecordingFile.readAllEvents(recording);
        boolean hasCpuSamples =
                events.stream().anyMatch(event -> event.getEventType().getName().equals(CPU_SAMPLE));
        String wanted = hasCpuSamples ? CPU_SAMPLE : JAVA_SAMPLE;
        for (RecordedEvent event : events) {
            if (event.getEventType().getName().equals(wanted) && event.getStackTrace() != null) {
                profile.add(thread(event), event.getStackTrace().getFrames());
            }
        }
        return profile;
    }

    private static RecordedThread thread(RecordedEvent event) {
        return event.hasField("sampledThread") ? event.getThread("sampledThread") : event.getThread();
    }

    /** @param frames the innermost first */
    private void add(RecordedThread thread, List<RecordedFrame> frames) {
        String threadName = thread == null || thread.getJavaName() == null ? "" : thread.getJavaName();
        ThreadRole role = ThreadRole.of(threadName);
        root.samples++;
        Node node = root.sampled(role.toString());
        for (int i = frames.size() - 1; i >= 0; i--) {
            node = node.sampled(name(frames.get(i).getMethod()));
        }
        hottest.computeIfAbsent(role, any -> new HashMap<>()).merge(node.name, 1, Integer::sum);
    }

    private static String name(RecordedMethod method) {
        String type = method.getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
    }

    Node root() {
        return root;
    }

    /** The methods that ran most often, in each role. */
    String table(int methodsPerRole) {
        StringBuilder table = new StringBuilder();
        for (Map.Entry<ThreadRole, Map<String, Integer>> role : hottest.entrySet()) {
            int samples = root.callees.get(role.getKey().toString()).samples;
            table.append(line(samples, role.getKey().toString()));
            role.getValue().entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit(methodsPerRole)
                    .forEach(method -> table.append("      ").append(line(method.getValue(), method.getKey())));
        }
        return table.toString();
    }

    private String line(int samples, String name) {
        return String.format(Locale.ROOT, "   %5.1f%%  %s%n", 100.0 * samples / root.samples, name);
    }
}
