package io.bellwire.fleet;

import io.bellwire.device.net.Endpoints;
import java.nio.file.Path;

/** A server's endpoints and the file of its operator's token. Immutable. */
public record ServerAddress(Endpoints endpoints, Path tokenFile) {}
