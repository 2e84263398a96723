package dev.cobnut.cli;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.config.BadValue;
import dev.cobnut.config.ConfigException;
import dev.cobnut.doctor.Diagnosis;
import dev.cobnut.doctor.Facts;
import dev.cobnut.doctor.FilesReader;
import dev.cobnut.doctor.Report;
import dev.cobnut.doctor.Rule;
import dev.cobnut.doctor.RuleTable;
import dev.cobnut.render.RenderableStack;
import dev.cobnut.topology.Login;
import dev.cobnut.topology.NodeAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cobnut doctor`: what is wrong with a stack that exists.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = Diagnosis.BLIND,
        sortOptions = false,
        description = {
            "Looks at the files of a stack, or at one that runs, and says what is wrong with it, why that matters, and what to"
                    + " do. It asks, and changes nothing.",
            "With -f stack.yml, with --files, with --sentinel, with the statistics port of a proxy, or with all of them together."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:nothing is wrong",
            " 1:there are warnings",
            " 2:there are errors",
            " 3:nothing is wrong with what could be seen, and something could not; or nothing could"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before anything else
final class DoctorCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "HOST:PORT",
            arity = "0..*",
            description = "statistics port of a running proxy; its Sentinels and nodes are asked, too")
    private List<String> proxies = List.of();

    @Option(
            names = {"-f", "--stack"},
            paramLabel = "FILE",
            description = "a stack.yml; everybody whom it names is asked, and compared with it; logins are those below"
                    + " passwords: unless given here")
    private @Nullable Path stackFile;

    @Option(
            names = "--files",
            paramLabel = "PATH",
            arity = "1..*",
            description =
                    "files, or folders with all that is below: stack.yml, nutcracker.yml, cobnut.yml, sentinel.conf, redis.conf,"
                            + " keepalived.conf, vip.yml, env.php, local.xml, and tables of ports in .md; what each is, its text says")
    private List<Path> files = List.of();

    @Option(
            names = "--sentinel",
            paramLabel = "HOST:PORT",
            converter = HostPortConverter.class,
            description = "a Sentinel; the others that it knows, and all servers, are asked, too; may be repeated")
    private List<NodeAddress.Tcp> sentinels = List.of();

    @Option(
            names = "--sentinel-user",
            paramLabel = "NAME",
            description = "the user of the Sentinels' ACL (default: default)")
    private @Nullable String sentinelUser;

    @Option(
            names = "--sentinel-password",
            paramLabel = "PLACE",
            description = "where the Sentinels' password is: env:NAME or file:/PATH")
    private @Nullable String sentinelPassword;

    @Option(names = "--user", paramLabel = "NAME", description = "the user of the servers' ACL (default: default)")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "PLACE",
            description = "where the servers' password is: env:NAME or file:/PATH")
    private @Nullable String password;

    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text, json or nagios (default: ${DEFAULT-VALUE})")
    private String output;

    @Option(names = "--only", paramLabel = "CODE", description = "only this rule; may be repeated")
    private List<String> only = List.of();

    @Option(names = "--explain", paramLabel = "CODE", description = "says what a code means, and looks at nothing")
    private @Nullable String explain;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (explain != null) {
            out.print(RuleTable.explain(rule(explain)));
            out.flush();
            return Diagnosis.WELL;
        }
        Report.Form form = form();
        Set<String> codes = new LinkedHashSet<>();
        only.forEach(code -> codes.add(rule(code).code()));
        if (stackFile == null && files.isEmpty() && sentinels.isEmpty() && proxies.isEmpty()) {
            throw refusal(
                    "nothing to look at (expected: -f stack.yml, --files PATH, --sentinel HOST:PORT, or HOST:PORT of a"
                            + " proxy)");
        }
        Login sentinelLogin =
                SecretPlace.login(spec, "--sentinel-user", sentinelUser, "--sentinel-password", sentinelPassword);
        Login serverLogin = SecretPlace.login(spec, "--user", user, "--password", password);
        Facts.Collector facts = new Facts.Collector();
        FilesReader reader = new FilesReader(facts);
        files.forEach(reader::read);
        LiveStack stack = new LiveStack(facts);
        if (stackFile != null) {
            try {
                Blueprint blueprint = RenderableStack.read(stackFile);
                stack.add(stackFile, blueprint);
                Blueprint.Secrets secrets = blueprint.secrets();
                sentinelLogin = sentinelLogin == null ? SecretPlace.login(secrets.sentinel()) : sentinelLogin;
                serverLogin = serverLogin == null ? SecretPlace.login(secrets.redis()) : serverLogin;
            } catch (ConfigException e) {
                spec.commandLine().getErr().println(e.getMessage());
                return Diagnosis.BLIND;
            } catch (BadValue e) {
                spec.commandLine().getErr().println(stackFile + ": passwords: " + e.getMessage());
                return Diagnosis.BLIND;
            }
        }
        sentinels.forEach(stack::addSentinel);
        proxies.forEach(stack::addProxy);
        stack.look(sentinelLogin, serverLogin);
        Diagnosis diagnosis = Diagnosis.of(facts.facts(), codes);
        out.print(Report.of(diagnosis, form));
        out.flush();
        return diagnosis.exitCode();
    }

    private Rule rule(String code) {
        Rule rule = RuleTable.of(code);
        if (rule == null) {
            String codes =
                    String.join(" ", RuleTable.ALL.stream().map(Rule::code).toList());
            throw refusal("no rule has the code " + BadValue.oneLine(code) + " (expected one of: " + codes + ")");
        }
        return rule;
    }

    private Report.Form form() {
        for (Report.Form form : Report.Form.values()) {
            if (form.name().toLowerCase(Locale.ROOT).equals(output)) {
                return form;
            }
        }
        throw refusal("--output " + output + " (expected: text, json or nagios)");
    }

    private ParameterException refusal(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
