using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>Components that read and write files, as their toolchains' libraries do it.</summary>
public sealed class FilesTests
{
    private static readonly string[] Components = ["rust-files", "rust-files-adapted", "js-files-quickjs"];

    public static TheoryData<string> All => [.. Components];

    public static TheoryData<string, string> Escapes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var component in Components)
            {
                foreach (var path in new[] { "/data/../secret", "/data/sub/../../secret", "/secret", "/data/out", "/data/out/", "/data/up/secret", "/data/loop", "/data/hard/../../secret", "/etc/passwd" })
                {
                    data.Add(component, path);
                }
            }
            return data;
        }
    }

    [ComponentTheory, MemberData(nameof(All))]
    public async Task Reads_and_writes_what_is_granted(string component)
    {
        using var folder = new TemporaryFolder();
        folder.Write("in.txt", "Grüße");
        Assert.Equal("Grüße", Ok(await Read(component, folder, Policies.Data, "/data/in.txt")).AsString());
        Assert.Equal("ok", (await Write(component, folder, Policies.Data, "/data/out.txt", "written ✓")).CaseName);
        Assert.Equal("written ✓", folder.Read("out.txt"));
    }

    [ComponentTheory, MemberData(nameof(All))]
    public async Task Writes_nothing_where_reading_is_granted(string component)
    {
        using var folder = new TemporaryFolder();
        folder.Write("in.txt", "old");
        Assert.Equal("old", Ok(await Read(component, folder, Policies.ReadOnlyData, "/data/in.txt")).AsString());
        Assert.Equal("error", (await Write(component, folder, Policies.ReadOnlyData, "/data/in.txt", "new")).CaseName);
        Assert.Equal("error", (await Write(component, folder, Policies.ReadOnlyData, "/data/other.txt", "new")).CaseName);
        Assert.Equal("old", folder.Read("in.txt"));
        Assert.Single(Directory.GetFiles(folder.Root));
    }

    [ComponentTheory, MemberData(nameof(All))]
    public async Task Reads_nothing_without_a_policy(string component)
    {
        using var folder = new TemporaryFolder();
        folder.Write("in.txt", "old");
        Assert.Equal("error", (await Read(component, folder, null, "/data/in.txt")).CaseName);
        Assert.Equal("error", (await Write(component, folder, null, "/data/in.txt", "new")).CaseName);
        Assert.Equal("old", folder.Read("in.txt"));
    }

    [ComponentTheory, MemberData(nameof(Escapes))]
    public async Task Does_not_leave_its_folder(string component, string path)
    {
        using var folder = new TemporaryFolder();
        folder.Write("sub/file", "inside");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "out"), "../secret");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "up"), "..");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "loop"), "loop");
        Assert.Equal("error", (await Read(component, folder, Policies.Data, path)).CaseName);
        Assert.Equal("error", (await Write(component, folder, Policies.Data, path, "overwritten")).CaseName);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(folder.Outside, "secret")));
    }

    [ComponentFact]
    public async Task Lists_a_folder()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "");
        folder.Write("sub/b.txt", "");
        using var state = State(folder, Policies.Data, []);
        var list = Ok((await ComponentFiles.Call("js-files-quickjs", state, "list-dir", WitValue.String("/data")))!.Value);
        Assert.Equal(["a.txt:regular-file", "sub:directory"], Enumerable.Range(0, list.Count).Select(index => list[index].AsString()).Order(StringComparer.Ordinal));
    }

    [ComponentTheory, MemberData(nameof(All))]
    public async Task Sees_the_variables_that_are_granted(string component)
    {
        using var folder = new TemporaryFolder();
        using var state = State(folder, "environment: {allow: [{name: SEEN, value: x}]}", [new("SEEN", "value"), new("HIDDEN", "value")]);
        Assert.Equal("value", (await ComponentFiles.Call(component, state, "env", WitValue.String("SEEN")))!.Value.CaseValue!.Value.AsString());
        Assert.Equal("none", (await ComponentFiles.Call(component, state, "env", WitValue.String("HIDDEN")))!.Value.CaseName);
        Assert.Equal("none", (await ComponentFiles.Call(component, state, "env", WitValue.String("PATH")))!.Value.CaseName);
    }

    private static WitValue Ok(WitValue result)
    {
        Assert.True(result.CaseName == "ok", result.ToString());
        return result.CaseValue!.Value;
    }

    private static WasiState State(TemporaryFolder folder, string? policy, KeyValuePair<string, string>[] environment) =>
        new(Policies.Gate(policy), new WasiOptions { Preopens = [new HostPreopen("/data", folder.Root)], Environment = environment });

    private static async Task<WitValue> Read(string component, TemporaryFolder folder, string? policy, string path)
    {
        using var state = State(folder, policy, []);
        return (await ComponentFiles.Call(component, state, "read-file", WitValue.String(path)))!.Value;
    }

    private static async Task<WitValue> Write(string component, TemporaryFolder folder, string? policy, string path, string text)
    {
        using var state = State(folder, policy, []);
        return (await ComponentFiles.Call(component, state, "write-file", WitValue.String(path), WitValue.String(text)))!.Value;
    }
}
