using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Cli;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>The small tools of each toolchain do their whole job, without any policy where they need none.</summary>
public sealed class ToolTests
{
    [ComponentTheory]
    [InlineData("c-tool")]
    [InlineData("rust-tool")]
    [InlineData("go-tool")]
    [InlineData("js-greet-quickjs")]
    public async Task Greets(string component) =>
        Assert.Equal("Hello, Ünïcode 🎵!", (await ComponentFiles.Call(component, (string?)null, "greet", WitValue.String("Ünïcode 🎵")))!.Value.AsString());

    [ComponentTheory]
    [InlineData("c-tool")]
    [InlineData("rust-tool")]
    [InlineData("go-tool")]
    public async Task Summarizes(string component)
    {
        var numbers = WitValue.Packed<double>(new ListType(WitType.F64), new double[] { 1, 2, 6 });
        var label = new OptionType(WitType.String);
        var summary = (await ComponentFiles.Call(component, (string?)null, "summarize", numbers, WitValue.Some(label, WitValue.String("three"))))!.Value;
        Assert.Equal("ok", summary.CaseName);
        var record = summary.CaseValue!.Value;
        Assert.Equal(3u, record["count"].AsU32());
        Assert.Equal(3.0, record["mean"].AsF64());
        Assert.Equal("three", record["label"].CaseValue!.Value.AsString());
        var empty = await ComponentFiles.Call(component, (string?)null, "summarize", WitValue.Packed<double>(new ListType(WitType.F64), default), WitValue.None(label));
        Assert.Equal("error", empty!.Value.CaseName);
    }

    [ComponentTheory]
    [InlineData("c-command")]
    [InlineData("c-command-adapted")]
    public async Task A_command_sees_its_arguments_environment_and_folder(string component)
    {
        using var folder = new TemporaryFolder();
        folder.Write("hello.txt", "hello file");
        var gate = Policies.Gate(Policies.Data + "\nenvironment: {allow: [{name: DEMO, value: given}]}");
        var result = await Command.RunAsync(ComponentFiles.Engine, ComponentFiles.Template(component), gate, new WasiOptions
        {
            Arguments = ["cmd", "/data/hello.txt"],
            Environment = [new("DEMO", "yes"), new("SECRET", "no")],
            Preopens = [new HostPreopen("/data", folder.Root)],
        }, CancellationToken.None);
        Assert.Equal("arg[0]=cmd\narg[1]=/data/hello.txt\nDEMO=yes\ntime ok: 1\nread 10: hello file\n", result.Log.TextOf(LogSource.Stdout));
        Assert.Equal(0, result.ExitCode);
    }

    [ComponentTheory]
    [InlineData("c-command")]
    [InlineData("c-command-adapted")]
    public async Task A_command_without_a_policy_sees_nothing(string component)
    {
        using var folder = new TemporaryFolder();
        folder.Write("hello.txt", "hello file");
        var result = await Command.RunAsync(ComponentFiles.Engine, ComponentFiles.Template(component), Policies.Gate(null), new WasiOptions
        {
            Arguments = ["cmd", "/data/hello.txt"],
            Environment = [new("DEMO", "yes")],
            Preopens = [new HostPreopen("/data", folder.Root)],
        }, CancellationToken.None);
        Assert.Equal("arg[0]=cmd\narg[1]=/data/hello.txt\nDEMO=(unset)\ntime ok: 1\n", result.Log.TextOf(LogSource.Stdout));
        // Its own code was 3: `run` tells success or failure.
        Assert.Equal(1, result.ExitCode);
    }
}
