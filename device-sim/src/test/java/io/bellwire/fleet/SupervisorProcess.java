package io.bellwire.fleet;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that supervises a server until it is killed: what a simulator is to its server. */
final class SupervisorProcess {
    private SupervisorProcess() {}

    /** The server's command, and where its log goes. */
    public static void main(String[] args) throws Exception {
        ServerAddress unused = new ServerProcess(args[0], Path.of(args[1]), ServerProcess.Extras.NONE).start();
        System.out.println("ready");
        new CountDownLatch(1).await();
    }
}
