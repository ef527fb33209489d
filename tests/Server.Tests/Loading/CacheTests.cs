using Tapedeck.Oci.Storage;
using Tapedeck.Server.Commands;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Serving;
using Tapedeck.Server.Tests.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

/// <summary>The folder of pulled components and compiled code, which may not grow for ever.</summary>
public sealed class CacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cache-").FullName;
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Of_ten_versions_the_one_in_use_is_left_and_none_when_its_tool_is_gone()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var station = new Station(_time, TestRegistry.Options(_folder) with { CacheLimits = new StoreLimits(0, TimeSpan.FromDays(30)) });
        station.Write("tool.yaml", registry.Tool("tag: v1"));
        var manifest = "";
        for (var version = 1; version <= 10; version++)
        {
            manifest = registry.Push("v1", HandMade.Component(version));
            station.Write("tool.yaml", registry.Tool("tag: v1", more: $", interval: {version}m"));
            await station.ApplyAsync();
            Assert.Null(station.Served("tool").Failure);
        }
        Assert.True(Blobs().Length > 10, $"{Blobs().Length} blobs");
        _time.Advance(TimeSpan.FromMinutes(11));
        station.Runtime.Cache!.Collect();
        // Its manifest, its configuration, and the component.
        Assert.Equal(3, Blobs().Length);
        Assert.Contains(manifest[7..], Blobs());
        Assert.Empty(Code());
        station.Delete("tool.yaml");
        await station.ApplyAsync();
        station.Runtime.Cache.Collect();
        Assert.Empty(Blobs());
    }

    [Fact]
    public async Task What_a_process_used_is_content_like_any_other_when_it_has_ended()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        using (var station = new Station(_time, TestRegistry.Options(_folder)))
        {
            station.Write("tool.yaml", registry.Tool("tag: v1"));
            await station.ApplyAsync();
            Assert.Single(Directory.GetFiles(Path.Combine(_folder, "components", "uses")));
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "components", "uses")));
        Assert.Equal(3, Blobs().Length);
    }

    [Fact]
    public async Task What_a_process_used_that_fell_is_content_like_any_other_when_nobody_speaks_of_it_any_more()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        var options = TestRegistry.Options(_folder) with { CacheLimits = new StoreLimits(1 << 20, TimeSpan.FromDays(30)) };
        var uses = Path.Combine(_folder, "components", "uses");
        using (var station = new Station(_time, options))
        {
            station.Write("tool.yaml", registry.Tool("tag: v1"));
            await station.ApplyAsync();
            // Another one of the same name, which goes: what the first one uses is still in use.
            using (var other = new Station(_time, options))
            {
                other.Write("tool.yaml", registry.Tool("tag: v1"));
                await other.ApplyAsync();
                Assert.Equal(2, Directory.GetFiles(uses).Length);
            }
            _time.Advance(TimeSpan.FromDays(40));
            station.Runtime.Cache!.Collect();
            Assert.Equal(3, Blobs().Length);
            foreach (var use in Directory.GetFiles(uses))
            {
                // As if it had been killed.
                File.Copy(use, Path.Combine(uses, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("left"u8))));
            }
        }
        Assert.Single(Directory.GetFiles(uses));
        using var next = new Station(_time, options);
        foreach (var use in Directory.GetFiles(uses))
        {
            File.SetLastWriteTimeUtc(use, _time.GetUtcNow().UtcDateTime);
        }
        _time.Advance(TimeSpan.FromDays(2));
        next.Runtime.Cache!.Collect();
        Assert.Empty(Directory.GetFiles(uses));
        Assert.Empty(Blobs());
    }

    [Fact]
    public async Task A_tool_that_is_removed_while_it_is_loaded_keeps_nothing()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(1));
        using var station = new Station(_time, TestRegistry.Options(_folder));
        registry.Fault = async context =>
        {
            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                await station.Deck.ApplyAsync([], [], default);
            }
            return false;
        };
        station.Write("tool.yaml", registry.Tool("tag: v1"));
        await station.ApplyAsync();
        Assert.Empty(station.Deck.Tools);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "components", "uses")));
    }

    [Fact]
    public void Translations_go_by_age_and_size_and_what_was_read_lately_stays()
    {
        var store = new FolderCodeStore(_folder, _time);
        foreach (var name in new[] { "a", "b", "c" })
        {
            store.Write(Key(name), new byte[100]);
            _time.Advance(TimeSpan.FromHours(1));
        }
        Assert.NotNull(store.Read(Key("a")));
        var draft = Path.Combine(_folder, $"{Guid.NewGuid():N}.tmp");
        File.WriteAllText(draft, "half");
        File.SetLastWriteTimeUtc(draft, _time.GetUtcNow().UtcDateTime);
        Assert.Equal((0, 0L), store.Collect(new StoreLimits(300, TimeSpan.FromDays(1))));
        Assert.Equal((1, 100L), store.Collect(new StoreLimits(200, TimeSpan.FromDays(1))));
        Assert.Equal((null, true), (store.Read(Key("b")), store.Read(Key("c")) is not null));
        Assert.True(File.Exists(draft));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(store.Read(Key("c")));
        Assert.Equal((1, 100L), store.Collect(new StoreLimits(300, TimeSpan.FromHours(1))));
        Assert.Equal((null, true, false), (store.Read(Key("a")), store.Read(Key("c")) is not null, File.Exists(draft)));
    }

    [Fact]
    public async Task Files_of_others_in_the_folder_of_translations_stay()
    {
        // Such as those of a project whose own folder was given as the cache.
        var code = Directory.CreateDirectory(Path.Combine(_folder, "code")).FullName;
        string[] others = ["main.c", "x.tmp", "0123.tmp", new('a', 64), $"{Key("a")} (copy)"];
        foreach (var file in others.Select(name => Path.Combine(code, name)))
        {
            await File.WriteAllTextAsync(file, "not ours");
            File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime.AddYears(-1));
        }
        using var station = new Station(_time, TestRegistry.Options(_folder) with { CacheLimits = new StoreLimits(1 << 20, TimeSpan.FromDays(30)) });
        station.Tool("tool", HandMade.Component(1));
        await station.ApplyAsync();
        Assert.Equal(1, station.Served("tool").Current!.Translate());
        Assert.Equal(others.Length + 1, Code().Length);
        _time.Advance(TimeSpan.FromDays(31));
        station.Runtime.Cache!.Collect();
        Assert.Equal(others.Order(StringComparer.Ordinal), Code().Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--cache-limit", "much")]
    [InlineData("--cache-age", "long")]
    public void A_limit_that_is_none_is_told_of(string option, string value) =>
        Assert.Contains($"{option} expects", Assert.Throws<StartException>(() => Options(option, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_are_those_of_the_command_line()
    {
        Assert.Equal(new StoreLimits(1 << 20, TimeSpan.FromHours(48)), Options("--cache-limit", "1Mi", "--cache-age", "48h").CacheLimits);
        Assert.Equal(new StoreLimits(2L << 30, TimeSpan.FromDays(30)), Options().CacheLimits);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The name of a translation.</summary>
    private static string Key(string name) => $"{name.PadLeft(64, '0')}-{new string('1', 32)}-10.0.0-X64-4-10-{new string('2', 16)}";

    private static RuntimeOptions Options(params string[] arguments) => Shared.RuntimeOptionsOf(ServeCommand.Make().Parse(["-f", ".", .. arguments]), isPod: false);

    private string[] Blobs() => [.. Directory.EnumerateFiles(Path.Combine(_folder, "components", "blobs"), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!)];

    private string[] Code() => Directory.GetFiles(Path.Combine(_folder, "code"));
}
