package io.bellwire.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes each sample at once as one line of JSON, so that the samples of a run that breaks off are kept. Not
 * thread-safe.
 */
final class SampleFile implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double THOUSANDTHS = 1_000;

    private final SoakPlan plan;
    private final Writer out;

    SampleFile(Path file, SoakPlan plan) throws IOException {
        this.plan = plan;
        this.out = Files.newBufferedWriter(file);
    }

    void add(Sample sample) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("seconds", rounded(sample.seconds()));
        line.put("phase", plan.phases().get(sample.phase()).name());
        line.put("process", sample.processNumber());
        sample.figures().forEach((figure, value) -> line.put(figure.key(), rounded(value)));
        out.write(line + "\n");
        out.flush();
    }

    static double rounded(double value) {
        return Math.round(value * THOUSANDTHS) / THOUSANDTHS;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
