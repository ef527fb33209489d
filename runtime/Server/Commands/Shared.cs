using System.CommandLine;
using Microsoft.Extensions.Logging;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Reading;
using Tapedeck.Oci;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Logs;
using Tapedeck.Server.Serving;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Commands;

/// <summary>Options that several commands have.</summary>
internal static class Shared
{
    internal static readonly Option<string[]> Volumes = new("--volume") { Description = "A folder for a volume of a policy, as name=DIR; may be given again." };
    internal static readonly Option<string[]> Secrets = new("--secret") { Description = "A file for a key of a Secret or ConfigMap of a policy, as name=FILE or name/key=FILE; may be given again." };
    internal static readonly Option<string?> TrustedRoot = new("--trusted-root") { Description = "The trusted_root.json that signatures of identities are verified by. It is as old as its file, and not believed after 180 days." };
    internal static readonly Option<string?> TrustPolicy = new("--trust-policy") { Description = "A file that says by repository whose signatures are asked for, with a warning or as a condition. For verify it counts where no signer is named." };
    internal static readonly Option<string?> Cache = new("--cache") { Description = "The folder of pulled components and compiled code; none keeps nothing." };
    internal static readonly Option<string?> CacheLimit = new("--cache-limit") { Description = "The most bytes of what nobody uses in the cache, half for components and half for compiled code. 2Gi by default, in a pod 1Gi." };
    internal static readonly Option<string?> CacheAge = new("--cache-age") { Description = "How long the cache keeps what nobody reads, such as 48h. 720h by default." };
    internal static readonly Option<string?> Memory = new("--memory") { Description = "Memory that all calls together may take, as 4Gi. By default half of the machine's; in a pod what its limit leaves." };
    internal static readonly Option<string> LogFormat = Output.OneOf("--log-format", [], ["text", "json"], "How logs are written.");

    internal static readonly Option<string[]> AllowRollback = new("--allow-rollback")
    {
        Description = "A repository whose tags may stand again for what they stood for before, although signatures are asked for; may be given again.",
    };
    internal static readonly Option<bool> AuditArguments = new("--audit-arguments") { Description = "Write the arguments of calls into audit events, short and redacted." };
    internal static readonly Option<string[]> AuditRedact = new("--audit-redact")
    {
        Description = "A property whose values audit events leave out, with * for any characters; may be given again. Those of passwords, tokens and the like are left out always.",
    };

    /// <summary>Ten years: what is not to be collected at all has no need of more.</summary>
    private static readonly TimeSpan MostCacheAge = TimeSpan.FromDays(3_650);

    // Of cgroups version 2 and version 1.
    private static readonly string[] ContainerLimits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>Logs go to standard error: standard output is for what was asked for.</summary>
    /// <param name="isServer">Whether everything is told. A command that ends by itself says what it did; its log has warnings alone, and not again why nothing was loaded.</param>
    internal static ILoggerFactory Loggers(ParseResult arguments, bool isServer) => LoggerFactory.Create(logging =>
    {
        if (!isServer)
        {
            logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Tapedeck.Deck", LogLevel.None);
        }
        var format = new LineFormat(arguments.GetValue(LogFormat) == "json", isColoured: !Console.IsErrorRedirected, TimeProvider.System);
        logging.AddProvider(new LogLines(Console.OpenStandardError(), format, TimeProvider.System));
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A port that is taken would be a page of stack trace, and is said in one line where it is known which port that was.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    });

    internal static LaptopMounts MountsOf(ParseResult arguments) =>
        new(Pairs(Volumes, arguments), Pairs(Secrets, arguments), Readable(arguments.GetValue(TrustedRoot)));

    internal static RuntimeOptions RuntimeOptionsOf(ParseResult arguments, bool isPod)
    {
        var cache = CacheOf(arguments, isPod);
        var options = new RuntimeOptions
        {
            CacheFolder = cache,
            CacheLimits = CacheLimitsOf(arguments, isPod),
            CodeKeyFile = isPod || cache is null ? null : Path.Combine(Folder("XDG_STATE_HOME", ".local/state"), "code.key"),
            Lifetime = isPod ? CodeLifetime.Tiered : CodeLifetime.Collectible,
            Pull = isPod ? PodPullsOf(arguments) : LaptopPullOptionsOf(arguments),
            ToolsSayHowToPull = !isPod,
            TrustPolicy = isPod ? null : TrustPolicyOf(arguments),
            RollbackAllowed = [.. (arguments.GetValue(AllowRollback) ?? []).Select(RepositoryOf)],
            AuditArguments = arguments.GetValue(AuditArguments) ? new ArgumentRedaction(arguments.GetValue(AuditRedact) ?? []) : null,
        };
        return options with { MemoryBytes = GivenMemory(arguments) ?? (isPod ? PodMemory() : LaptopMemory()) };
    }

    private static string RepositoryOf(string text) => Reference.Parse(text).Value is { Tag: null, Digest: null } reference
        ? reference.Name
        : throw new StartException($"{AllowRollback.Name} expects a repository such as ghcr.io/acme/weather, without tag and digest, and not '{text}'");

    private static long? GivenMemory(ParseResult arguments) => arguments.GetValue(Memory) is not { } text ? null
        : Quantity.TryParse(text, out var bytes, out var expected) && bytes > 0 ? bytes
        : throw new StartException($"{Memory.Name} expects {expected}, and not '{text}'");

    /// <summary>The rest is for the runtime, and for what else a laptop does.</summary>
    private static long LaptopMemory() => Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, PodPaths.RuntimeMemory);

    /// <summary>What the container's limit leaves for calls: the operator adds the runtime's share to what calls may take.</summary>
    /// <remarks>Not by the collector, which keeps a quarter of the limit to itself and calls the rest all there is.</remarks>
    private static long PodMemory()
    {
        var limits = ContainerLimits.Where(File.Exists).Select(file => long.TryParse(File.ReadAllText(file), out var bytes) ? bytes : long.MaxValue);
        return Math.Max(Math.Min(limits.DefaultIfEmpty(long.MaxValue).Min(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 4 / 3) - PodPaths.RuntimeMemory, PodPaths.RuntimeMemory);
    }

    /// <summary>What a laptop pulls with: what the command line says, and the logins that the user has already.</summary>
    internal static PullOptions LaptopPullOptionsOf(ParseResult arguments) => RegistryArguments.OptionsOf(arguments) with
    {
        Logins = DockerLogins.Read(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)),
    };

    /// <exception cref="StartException">The file cannot be read, or is none.</exception>
    internal static TrustPolicy? TrustPolicyOf(ParseResult arguments)
    {
        if (arguments.GetValue(TrustPolicy) is not { } file)
        {
            return null;
        }
        var problems = new ProblemList(file);
        try
        {
            return TrustPolicyReader.Read(File.ReadAllText(file), problems) ?? throw new StartException(string.Join('\n', problems.All));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StartException.Unreadable("the trust policy", file, exception, "give --trust-policy a file of kind TrustPolicy");
        }
    }

    private static Oci.Storage.StoreLimits CacheLimitsOf(ParseResult arguments, bool isPod)
    {
        // Of a pod's volume, which the operator makes of that size.
        var (bytes, age) = (isPod ? 1L << 30 : 2L << 30, (long)TimeSpan.FromDays(30).TotalMilliseconds);
        if (arguments.GetValue(CacheLimit) is { } limit && !Quantity.TryParse(limit, out bytes, out var expected))
        {
            throw new StartException($"--cache-limit expects {expected}, and not '{limit}'");
        }
        if (arguments.GetValue(CacheAge) is { } text && (!Duration.TryParse(text, out age, out var wanted) || age > MostCacheAge.TotalMilliseconds))
        {
            throw new StartException($"--cache-age expects {wanted}, {MostCacheAge.TotalHours:0}h at most, and not '{text}'");
        }
        return new Oci.Storage.StoreLimits(bytes, TimeSpan.FromMilliseconds(age));
    }

    /// <summary>The folder of the cache; null where nothing is to be kept.</summary>
    internal static string? CacheOf(ParseResult arguments, bool isPod)
    {
        var given = arguments.GetValue(Cache);
        return given == "none" ? null : given ?? (isPod ? PodPaths.Cache : Folder("XDG_CACHE_HOME", ".cache"));
    }

    private static string Folder(string variable, string below) => Path.Combine(
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), below), "tapedeck");

    private static Dictionary<string, string> Pairs(Option<string[]> option, ParseResult arguments)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in arguments.GetValue(option) ?? [])
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } path])
            {
                throw new StartException($"{option.Name} expects name=PATH, and not '{text}'");
            }
            if (!pairs.TryAdd(name, path))
            {
                throw new StartException($"{option.Name} names {name} twice; give each one once");
            }
        }
        return pairs;
    }

    // Looked at when the program starts, and read when a signature is to be verified.
    private static string? Readable(string? trustedRoot)
    {
        try
        {
            using var file = trustedRoot is null ? null : File.OpenRead(trustedRoot);
            return trustedRoot;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StartException.Unreadable("the trusted root", trustedRoot!, exception, "give --trusted-root a trusted_root.json");
        }
    }

    private static PullOptions PodPullsOf(ParseResult arguments)
    {
        try
        {
            return PodPulls.Of(RegistryArguments.OptionsOf(arguments));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw StartException.Unreadable("what is mounted for pulls,", $"{PodPaths.PullSecrets} or {PodPaths.RegistryCertificates},", exception, "see the Secrets of spec.component.oci.pullSecrets and its certificateConfigMap");
        }
        catch (FormatException exception)
        {
            throw new StartException(exception.Message);
        }
    }
}
