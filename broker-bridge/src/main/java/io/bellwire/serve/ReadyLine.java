package io.bellwire.serve;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The line that a server prints when it is ready. JSON, written without a library because it is the first output.
 * Immutable.
 */
record ReadyLine(URI http, URI mqtt, Optional<URI> ws, Optional<Path> operatorTokenFile, Optional<Path> tlsCaFile) {
    @Override
    public String toString() {
        return "{\"ready\":true,\"http\":" + quoted(http.toString())
                + ",\"mqtt\":" + quoted(mqtt.toString())
                + ws.map(uri -> ",\"ws\":" + quoted(uri.toString())).orElse("")
                + file("operator_token_file", operatorTokenFile)
                + file("tls_ca_file", tlsCaFile)
                + "}";
    }

    private static String file(String name, Optional<Path> file) {
        return file.map(path -> ",\"" + name + "\":"
                        + quoted(path.toAbsolutePath().normalize().toString()))
                .orElse("");
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
