package io.bellwire.fleet;

import io.bellwire.net.Endpoints;
import java.nio.file.Path;

/** Where a server is, and where its operator's token lies. Immutable. */
public record ServerAddress(Endpoints endpoints, Path tokenFile) {}
