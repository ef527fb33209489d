using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Http;
using Tapedeck.Wasi.Tests.Http;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>
/// What a component that takes all it can get finds of files, names, addresses, pages and settings: nothing without a policy; exactly the grant with one, and none
/// of its neighbours. A row is an attempt.
/// </summary>
public sealed class ProberGrantTests
{
    private const string Policy =
        """
        storage:
          allow: [{volume: {name: data, emptyDir: {sizeLimit: 1Gi}}, path: /data, access: [read, write], globs: ['granted.txt', 'open/**']}]
          deny: [{path: /data/open/closed}]
        environment: {allow: [{name: SEEN, value: x}]}
        config: {allow: [{name: seen, value: x}]}
        network:
          allow:
            - {host: api.example.com, ports: [80], schemes: [http], methods: [GET], pathPrefix: /api}
            - {host: db.example.com, ports: [5432], protocol: tcp}
            - {cidr: 93.184.215.0/24, ports: [7], protocol: tcp}
        """;

    private static readonly Dictionary<string, (string Without, string Granted, string Function, object[] Arguments)> Attempts = new()
    {
        ["read the granted file"] = ("access", "ok granted", "read-file", ["granted.txt"]),
        ["read a file beside it"] = ("access", "access", "read-file", ["secret.txt"]),
        ["read a file that is not there"] = ("access", "access", "read-file", ["missing.txt"]),
        ["read a file of the granted name in another folder"] = ("access", "access", "read-file", ["other/granted.txt"]),
        ["read a file in the granted folder"] = ("access", "ok inside", "read-file", ["open/inside.txt"]),
        ["read a file in the folder that is denied again"] = ("access", "access", "read-file", ["open/closed/inner.txt"]),
        ["read outside by dots"] = ("not-permitted", "not-permitted", "read-file", ["../secret"]),
        ["read outside by dots behind a folder"] = ("not-permitted", "not-permitted", "read-file", ["open/../../secret"]),
        ["read outside by a name of the host"] = ("not-permitted", "not-permitted", "read-file", ["/etc/passwd"]),
        ["read outside by a link"] = ("access", "not-permitted", "read-file", ["open/out"]),
        ["read outside by a link to a folder"] = ("access", "not-permitted", "read-file", ["open/up/secret"]),
        ["read a neighbour by a link"] = ("access", "access", "read-file", ["open/sideways"]),
        ["read with a slash behind the file"] = ("access", "not-directory", "read-file", ["granted.txt/"]),
        ["read a loop of links"] = ("access", "loop", "read-file", ["open/loop"]),
        ["read the folder's device"] = ("access", "not-permitted", "read-file", ["open/pipe"]),
        ["write the granted file"] = ("access", "ok", "write-file", ["granted.txt", "new"]),
        ["write a file beside it"] = ("access", "access", "write-file", ["secret.txt", "new"]),
        ["write a new file beside it"] = ("access", "access", "write-file", ["new.txt", "new"]),
        ["write a new file in the granted folder"] = ("access", "ok", "write-file", ["open/new.txt", "new"]),
        ["write outside by a link"] = ("access", "not-permitted", "write-file", ["open/out", "new"]),
        ["list the folder"] = ("access", "ok granted.txt,open", "list-folder", ["."]),
        ["list the granted folder"] = ("access", "ok inside.txt,loop,out,pipe,sideways,up", "list-folder", ["open"]),
        ["list the folder that is denied again"] = ("access", "access", "list-folder", ["open/closed"]),
        ["list the folder above"] = ("not-permitted", "not-permitted", "list-folder", [".."]),
        ["link to the host"] = ("access", "not-permitted", "make-link", ["/etc", "open/link"]),
        ["link to the folder above"] = ("access", "not-permitted", "make-link", ["../../..", "open/link"]),
        ["link within the granted folder"] = ("access", "ok", "make-link", ["inside.txt", "open/link"]),
        ["move a neighbour into the granted folder"] = ("access", "access", "rename-file", ["secret.txt", "open/mine.txt"]),
        ["move the granted file out of sight"] = ("access", "access", "rename-file", ["granted.txt", "hidden.txt"]),
        ["move within the granted folder"] = ("access", "ok", "rename-file", ["open/inside.txt", "open/moved.txt"]),
        ["see the environment"] = ("", "SEEN=value", "environment", []),
        ["see the arguments"] = ("", "", "arguments", []),
        ["read the granted setting"] = ("none", "value", "config", ["seen"]),
        ["read another setting"] = ("none", "none", "config", ["hidden"]),
        ["look the granted name up"] = ("access-denied", "ok 1", "look-up", ["db.example.com"]),
        ["look the name of the granted page up"] = ("access-denied", "ok 1", "look-up", ["API.Example.com."]),
        ["look another name up"] = ("access-denied", "access-denied", "look-up", ["other.example.com"]),
        ["look the name above up"] = ("access-denied", "access-denied", "look-up", ["example.com"]),
        ["look this machine up"] = ("access-denied", "access-denied", "look-up", ["localhost"]),
        ["connect to the granted address"] = ("access-denied", "ok", "connect", ["93.184.215.14:7"]),
        ["connect to another port of it"] = ("access-denied", "access-denied", "connect", ["93.184.215.14:80"]),
        ["connect to the address beside the range"] = ("access-denied", "access-denied", "connect", ["93.184.216.14:7"]),
        ["connect to the address of a name that was not looked up"] = ("access-denied", "access-denied", "connect", ["93.184.215.14:5432"]),
        ["connect to this machine"] = ("access-denied", "access-denied", "connect", ["127.0.0.1:7"]),
        ["connect to the metadata of the cloud"] = ("access-denied", "access-denied", "connect", ["169.254.169.254:80"]),
        ["connect to a private address"] = ("access-denied", "access-denied", "connect", ["10.0.0.1:7"]),
        ["get the granted page"] = ("HttpRequestDenied", "ok 200", "fetch", ["api.example.com", "/api/x"]),
        ["get a page beside it"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["api.example.com", "/apix"]),
        ["get a page beside it by dots"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["api.example.com", "/api/../secret"]),
        ["get a page beside it by dots that are encoded"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["api.example.com", "/api/%2e%2e/secret"]),
        ["get a page of another port"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["api.example.com:8080", "/api"]),
        ["get a page of another host"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["other.example.com", "/api"]),
        ["get a page of the granted address by its number"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["93.184.215.14", "/api"]),
        ["get a page of this machine"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["127.0.0.1", "/api"]),
        ["get a page of this machine by a decimal"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["2130706433", "/api"]),
        ["get a page of this machine by an octal"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["0177.0.0.1", "/api"]),
        ["get a page of this machine by IPv6"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["[::ffff:127.0.0.1]", "/api"]),
        ["get the metadata of the cloud"] = ("HttpRequestDenied", "HttpRequestDenied", "fetch", ["169.254.169.254", "/latest/meta-data"]),
    };

    public static TheoryData<string> Names => [.. Attempts.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Without_a_policy_there_is_nothing(string attempt)
    {
        var (without, _, function, arguments) = Attempts[attempt];
        var (outcome, traces) = await Try(null, function, arguments);
        Assert.Equal((without, ""), (outcome, traces));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task With_a_policy_there_is_exactly_the_grant(string attempt)
    {
        var (_, granted, function, arguments) = Attempts[attempt];
        var (outcome, traces) = await Try(Policy, function, arguments);
        Assert.Equal(granted, outcome);
        Assert.True(granted.StartsWith("ok", StringComparison.Ordinal) || traces.Length == 0, traces);
    }

    /// <summary>What the guest gets, and what others could see of the attempt: files that changed, names looked up, connections and requests.</summary>
    private static async Task<(string Outcome, string Traces)> Try(string? policy, string function, object[] arguments)
    {
        using var folder = Folder();
        using var server = new TestServer(TestServer.Ok("page"));
        var network = new TestNetwork(server.Endpoint);
        foreach (var name in (string[])["db.example.com", "other.example.com", "example.com", "localhost"])
        {
            network.Names[name] = [TestNetwork.PublicAddress];
        }
        var before = Contents(folder);
        using var state = new WasiState(Policies.Gate(policy), network.Options with
        {
            Preopens = [new HostPreopen("/data", folder.Root)],
            Environment = [new("SEEN", "value"), new("HIDDEN", "value")],
            Config = [new("seen", "value"), new("hidden", "value")],
        });
        var outcome = Text((await Prober.Try(state, function, [.. arguments.SelectMany(Values)]))!.Value);
        await Prober.AssertHealthy();
        string[] traces = [.. network.LookedUp, .. network.Connected, .. server.Requests, .. Contents(folder) == before ? [] : (string[])["files changed"]];
        return (outcome, string.Join(' ', traces));
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("granted.txt", "granted");
        folder.Write("secret.txt", "of a neighbour");
        folder.Write("other/granted.txt", "of a neighbour");
        folder.Write("open/inside.txt", "inside");
        folder.Write("open/closed/inner.txt", "of a neighbour");
        foreach (var (link, target) in (ReadOnlySpan<(string, string)>)[("out", "../../secret"), ("up", "../.."), ("sideways", "../secret.txt"), ("loop", "loop")])
        {
            File.CreateSymbolicLink(Path.Combine(folder.Root, "open", link), target);
        }
        // A pipe that nobody writes to: to open it would take for ever.
        using var pipe = System.Diagnostics.Process.Start("mkfifo", Path.Combine(folder.Root, "open/pipe"));
        pipe.WaitForExit();
        return folder;
    }

    private static string Contents(TemporaryFolder folder) => string.Join('\n', Directory.EnumerateFileSystemEntries(folder.Outside, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    }).Order(StringComparer.Ordinal).Select(static path => File.Exists(path) && !path.EndsWith("pipe", StringComparison.Ordinal) ? $"{path}: {File.ReadAllText(path)}" : path));

    private static IEnumerable<WitValue> Values(object argument)
    {
        var text = (string)argument;
        if (!System.Net.IPEndPoint.TryParse(text, out var endpoint) || endpoint.Port == 0 || text.StartsWith('/'))
        {
            return [WitValue.String(text)];
        }
        var four = new TupleType(WitType.U8, WitType.U8, WitType.U8, WitType.U8);
        return [WitValue.Tuple(four, [.. endpoint.Address.GetAddressBytes().Select(WitValue.U8)]), WitValue.U16((ushort)endpoint.Port)];
    }

    private static string Text(WitValue value) => value.Type.Kind switch
    {
        WitKind.Result when value.CaseName == "ok" => value.CaseValue is { } payload ? $"ok {Text(payload)}" : "ok",
        // Of the errors of HTTP the prober gives the number.
        WitKind.Result => value.CaseValue!.Value is var error && error.Type.Kind == WitKind.U8 ? $"{(HttpErrorCode)error.AsU8()}" : error.CaseName,
        WitKind.Option => value.CaseValue is { } payload ? Text(payload) : "none",
        WitKind.List => string.Join(',', Enumerable.Range(0, value.Count).Select(index => Text(value[index])).Order(StringComparer.Ordinal)),
        WitKind.Tuple => $"{Text(value[0])}={Text(value[1])}",
        WitKind.String => value.AsString(),
        WitKind.U16 => $"{value.AsU16()}",
        _ => $"{value.AsU32()}",
    };
}
