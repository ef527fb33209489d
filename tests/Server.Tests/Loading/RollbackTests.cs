using System.Security.Cryptography;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

/// <summary>Tags and ranges that go back to what was signed once, over starts of the program that share a cache.</summary>
public sealed class RollbackTests
{
    private const string NoSpins = """{"spins":0}""";

    [Theory]
    [InlineData("a tag", "tag: v1", false)]
    [InlineData("a range, whose newest version is hidden", "semver: '^1.0.0'", true)]
    public async Task Signed_content_of_before_is_not_followed_unless_it_is_meant(string name, string @ref, bool isRange)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var folder = Directory.CreateTempSubdirectory("rollback-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            var manifest = registry.Tool(@ref, key.ExportSubjectPublicKeyInfoPem());
            var old = registry.Push(isRange ? "1.0.0" : "v1", HandMade.Component(1), key);
            await Serves("1");
            registry.Push(isRange ? "1.1.0" : "v1", HandMade.Component(2), key);
            await Serves("2");
            await Serves("2");

            if (isRange)
            {
                registry.Remove("1.1.0");
            }
            else
            {
                registry.Push("v1", HandMade.Component(1), key);
            }
            var failure = await Fails();
            Assert.Equal(LoadFailure.RolledBack, failure.Reason);
            Assert.Contains($"stands again for {old}", failure.Message, StringComparison.Ordinal);
            Assert.EndsWith($"if it is meant, name the digest instead, or start with --allow-rollback {registry.Host}/demo/tool", failure.Message, StringComparison.Ordinal);
            Assert.True(failure.IsRetryable);
            // By its digest it is what was asked for.
            manifest = registry.Tool($"digest: '{old}'", key.ExportSubjectPublicKeyInfoPem());
            await Serves("1");
            manifest = registry.Tool(@ref, key.ExportSubjectPublicKeyInfoPem());
            Assert.Equal(LoadFailure.RolledBack, (await Fails()).Reason);
            // Meant once, it is the newest, and needs no word the next time.
            await Serves("1", $"{registry.Host}/demo/tool");
            await Serves("1");

            async Task Serves(string version, string? allowed = null)
            {
                using var station = new Station(options: TestRegistry.Options(folder) with { RollbackAllowed = allowed is null ? [] : [allowed] });
                station.Write("tool.yaml", manifest);
                await station.ApplyAsync();
                Assert.Equal(("", null), (string.Join('\n', station.Deck.Status.Problems), station.Served("tool").Failure));
                Assert.Equal(version, await station.ValueAsync("version", NoSpins));
            }

            async Task<LoadFailure> Fails()
            {
                using var station = new Station(options: TestRegistry.Options(folder));
                station.Write("tool.yaml", manifest);
                await station.ApplyAsync();
                Assert.Empty(station.Deck.Catalogue.Current.Tools);
                return station.Served("tool").Failure!;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_nobody_signs_is_followed_and_the_status_says_so_unless_a_ceiling_asks_for_signatures()
    {
        var folder = Directory.CreateTempSubdirectory("rollback-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            registry.Push("v1", HandMade.Component(1));
            Assert.Empty((await LoadAsync("")).Current!.Facts.Notices);
            registry.Push("v1", HandMade.Component(2));
            Assert.Empty((await LoadAsync("")).Current!.Facts.Notices);
            registry.Push("v1", HandMade.Component(1));
            Assert.Equal(LoadFailure.RolledBack, (await LoadAsync("requireSignatures: true")).Failure!.Reason);
            Assert.Contains("stands again for", Assert.Single((await LoadAsync("")).Current!.Facts.Notices), StringComparison.Ordinal);

            async Task<Tapedeck.Server.Serving.ServedTool> LoadAsync(string ceiling)
            {
                using var station = new Station(options: TestRegistry.Options(folder));
                station.Write("tool.yaml", registry.Tool("tag: v1"));
                if (ceiling.Length > 0)
                {
                    station.Policy("base", ceiling, kind: "ClusterCapabilityPolicy");
                }
                await station.ApplyAsync();
                return station.Served("tool");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_signed_manifest_counts_in_an_index_that_nobody_signed_and_another_index_makes_it_no_newer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var folder = Directory.CreateTempSubdirectory("rollback-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            var (one, two) = (registry.Push("one", HandMade.Component(1), key), registry.Push("two", HandMade.Component(2), key));
            foreach (var (manifest, note, reason) in new[] { (one, "a", null), (two, "b", null), (two, "c", null), (one, "d", LoadFailure.RolledBack) })
            {
                registry.PushIndex("v1", manifest, note);
                using var station = new Station(options: TestRegistry.Options(folder));
                station.Write("tool.yaml", registry.Tool("tag: v1", key.ExportSubjectPublicKeyInfoPem()));
                await station.ApplyAsync();
                var tool = station.Served("tool");
                Assert.Equal(reason, tool.Failure?.Reason);
                Assert.True(reason is not null || !tool.Current!.Facts.Signers.IsEmpty);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Who signs an index and what is in it (as <c>cosign sign --recursive</c> does) has signed the manifest, which may then be served without the index.</summary>
    [Theory]
    [InlineData("the old manifest alone")]
    [InlineData("another index of the old manifest")]
    [InlineData("the old index")]
    public async Task What_ran_is_remembered_and_not_the_index_that_led_to_it(string attack)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var folder = Directory.CreateTempSubdirectory("rollback-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            var (one, two) = (registry.Push("one", HandMade.Component(1), key), registry.Push("two", HandMade.Component(2), key));
            registry.Sign(registry.PushIndex("v1", one, "a"), key);
            Assert.Null(await LoadAsync());
            registry.Sign(registry.PushIndex("v1", two, "b"), key);
            Assert.Null(await LoadAsync());
            // Another index of what is served is nothing older.
            registry.PushIndex("v1", two, "c");
            Assert.Null(await LoadAsync());
            _ = attack switch
            {
                "the old manifest alone" => registry.Push("v1", HandMade.Component(1), key),
                "the old index" => registry.PushIndex("v1", one, "a"),
                _ => registry.PushIndex("v1", one, "d"),
            };
            Assert.Equal(LoadFailure.RolledBack, (await LoadAsync())?.Reason);
            registry.PushIndex("v1", two, "b");
            Assert.Null(await LoadAsync());

            async Task<LoadFailure?> LoadAsync()
            {
                using var station = new Station(options: TestRegistry.Options(folder));
                station.Write("tool.yaml", registry.Tool("tag: v1", key.ExportSubjectPublicKeyInfoPem()));
                await station.ApplyAsync();
                return station.Served("tool").Failure;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_version_that_was_refused_makes_no_history()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var folder = Directory.CreateTempSubdirectory("rollback-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            foreach (var (component, signer, reason) in new[] { (1, key, null), (2, null, LoadFailure.NotVerified), (1, key, (string?)null) })
            {
                registry.Push("v1", HandMade.Component(component), signer);
                using var station = new Station(options: TestRegistry.Options(folder));
                station.Write("tool.yaml", registry.Tool("tag: v1", key.ExportSubjectPublicKeyInfoPem()));
                await station.ApplyAsync();
                Assert.Equal(reason, station.Served("tool").Failure?.Reason);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
