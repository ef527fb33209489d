using System.CommandLine;
using Tapedeck.Server.Commands;
using Xunit;

namespace Tapedeck.Server.Tests.Commands;

/// <summary>The one written precedence: command line, environment, file, default.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("serve -f x", "", "", "127.0.0.1:3001")]
    [InlineData("serve -f x", "", "listen: 127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("serve -f x", "127.0.0.1:2", "listen: 127.0.0.1:1", "127.0.0.1:2")]
    [InlineData("serve -f x --listen 127.0.0.1:3", "127.0.0.1:2", "listen: 127.0.0.1:1", "127.0.0.1:3")]
    [InlineData("serve -f x", "", "# nothing", "127.0.0.1:3001")]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file(string line, string variable, string text, string expected)
    {
        var completed = Completed(line, text, ("TAPEDECK_LISTEN", variable));
        Assert.Equal(expected, Parsed(completed).GetValue<string>("--listen"));
    }

    [Fact]
    public void Options_that_may_be_given_again_take_a_list()
    {
        var parsed = Parsed(Completed("serve -f x", "volume: [a=1, b=2]\naudit-arguments: true\nlog-format: json"));
        Assert.Equal(["a=1", "b=2"], parsed.GetValue<string[]>("--volume")!);
        Assert.True(parsed.GetValue<bool>("--audit-arguments"));
        Assert.Equal("json", parsed.GetValue<string>("--log-format"));
        Assert.Empty(parsed.Errors);
    }

    [Theory]
    [InlineData("run x.wasm", "--policy p --label a=b")]
    [InlineData("run -f d", "")]
    [InlineData("run", "--file tools")]
    [InlineData("serve", "--file tools")]
    [InlineData("call x.wasm tool", "--policy p --label a=b")]
    public void Of_the_two_ways_to_run_the_configuration_says_nothing_of_the_other(string line, string added) => Assert.Equal(
        added.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
        Completed(line, "file: tools\npolicy: p", ("TAPEDECK_LABEL", "a=b"))!.Skip(line.Split(' ').Length).Order());

    [Theory]
    [InlineData("pull x", "trusted-root: r", "")]
    [InlineData("pull x", "trusted-root: r\ntrust-policy: p", "--trusted-root r --trust-policy p")]
    [InlineData("pull x --trust-policy p", "trusted-root: r", "--trusted-root r")]
    [InlineData("verify x", "trusted-root: r", "--trusted-root r")]
    public void A_root_that_the_configuration_names_for_other_commands_is_none_for_a_pull_that_asks_for_no_signatures(string line, string text, string added) => Assert.Equal(
        added.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
        Completed(line, text)!.Skip(line.Split(' ').Length).Order());

    [Fact]
    public void An_option_that_the_command_has_not_is_no_mistake()
    {
        Assert.Equal(["version"], Completed("version", "listen: 127.0.0.1:1", ("TAPEDECK_VERSION", "7"), ("TAPEDECK_HELP", "true"))!);
        Assert.Empty(Completed("", "", ("TAPEDECK_VERSION", "7"))!);
    }

    [Fact]
    public void What_ends_the_options_still_does()
    {
        var parsed = Parsed(Completed("call -- -x.wasm tool", "cache: none"));
        Assert.Equal("none", parsed.GetValue<string>("--cache"));
        Assert.Equal(("-x.wasm", "tool"), (parsed.GetValue<string>("COMPONENT"), parsed.GetValue<string>("TOOL")));
    }

    [Theory]
    [InlineData("listn: a", "FILE:1:1: listn: no command has an option --listn (did you mean listen?)")]
    [InlineData("nothing: a", "FILE:1:1: nothing: no command has an option --nothing")]
    [InlineData("help: true", "FILE:1:1: help: no command has an option --help")]
    [InlineData("listen: {a: b}", "FILE:1:9: listen: expected a text or a list of texts, but found a mapping")]
    [InlineData("- a", "FILE:1:1: expected one mapping of options to values, such as listen: 127.0.0.1:4000")]
    [InlineData("listen: [", "FILE:")]
    public void A_mistake_in_the_file_is_named_with_its_place(string text, string expected)
    {
        Assert.Null(Completed("version", text, out var problem));
        Assert.StartsWith(expected.Replace("FILE", _file, StringComparison.Ordinal), problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_named_has_to_be_there()
    {
        File.Delete(_file);
        Assert.Null(Configuration.Complete(Root.Make(), ["version"], Variable, out var problem));
        Assert.Equal($"TAPEDECK_CONFIG names {_file}, which does not exist; name a file, or unset it", problem);
    }

    public void Dispose() => File.Delete(_file);

    private string? Variable(string name) => name == "TAPEDECK_CONFIG" ? _file : null;

    private static ParseResult Parsed(string[]? arguments) => Root.Make().Parse(arguments!);

    private string[]? Completed(string line, string text, params (string Name, string Value)[] variables) => Completed(line, text, out _, variables);

    private string[]? Completed(string line, string text, out string problem, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(_file, text);
        return Configuration.Complete(
            Root.Make(), line.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => variables.FirstOrDefault(one => one.Name == name).Value ?? Variable(name), out problem);
    }
}
