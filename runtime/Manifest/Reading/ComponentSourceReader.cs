using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Reading;

/// <summary>Reads <c>component</c>.</summary>
internal static class ComponentSourceReader
{
    private const long LeastInterval = 30_000;
    private const long MostInterval = 7L * 24 * 3_600_000;
    private const int MostPullSecrets = 16;

    private static readonly string[] Sources = ["oci", "layout", "file", "https"];
    private static readonly string[] Refs = ["tag", "semver", "digest"];

    internal static ComponentSource? Read(FieldReader fields)
    {
        ComponentSource?[] sources =
        [
            fields.TakeMapping("oci") is { } oci ? ReadOci(oci) : null,
            fields.TakeMapping("layout") is { } layout ? ReadLayout(layout) : null,
            fields.TakeMapping("file") is { } file ? ReadFile(file) : null,
            fields.TakeMapping("https") is { } https ? ReadHttps(https) : null,
        ];
        var named = Sources.Count(name => fields.Take(name) is not null);
        if (named != 1)
        {
            fields.Problems.Add(fields.Node, fields.Field, $"expected exactly one of oci, layout, file and https, but found {named}");
        }
        fields.Done();
        return sources.FirstOrDefault(source => source is not null);
    }

    private static OciSource ReadOci(FieldReader fields)
    {
        fields.TakeRequired("repository", "a registry with a path such as ghcr.io/acme/weather");
        fields.TryTake<string>("repository", Texts.Repository, out var repository);
        var source = new OciSource(repository ?? "", ReadRef(fields, allowsSemver: true) ?? new ArtifactRef(ArtifactRefKind.Tag, "latest"))
        {
            Suspend = fields.TakeTruth("suspend") ?? false,
            PullSecrets = fields.TakeList<string>("pullSecrets", ObjectNames.TryParseName, MostPullSecrets),
            CertificateConfigMap = fields.TryTake<string>("certificateConfigMap", ObjectNames.TryParseName, out var map) ? map : null,
            PlainHttp = fields.TakeTruth("plainHttp") ?? false,
        };
        if (source.PullSecrets.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            fields.Problems.Add(fields.Take("pullSecrets")!, fields.PathOf("pullSecrets"), $"'{twice.Key}' is there twice");
        }
        source = fields.TryTake<long>("interval", Interval, out var interval) ? source with { Interval = interval } : source;
        if (fields.Take("ref") is null)
        {
            fields.Problems.Add(fields.Node, fields.PathOf("ref"), "expected a mapping with a tag, semver or digest, but found nothing");
        }
        fields.Done();
        return source;
    }

    private static ArtifactRef? ReadRef(FieldReader fields, bool allowsSemver)
    {
        if (fields.TakeMapping("ref") is not { } reference)
        {
            return null;
        }
        ArtifactRef?[] given =
        [
            reference.TryTake<string>("tag", Texts.Tag, out var tag) ? new(ArtifactRefKind.Tag, tag) : null,
            reference.TryTake<string>("digest", Texts.Digest, out var digest) ? new(ArtifactRefKind.Digest, digest) : null,
            allowsSemver && reference.TryTake<string>("semver", Texts.Range, out var range) ? new(ArtifactRefKind.Semver, range) : null,
        ];
        var names = Refs.Where(name => allowsSemver || name != "semver").ToArray();
        var named = names.Count(name => reference.Take(name) is not null);
        if (named != 1)
        {
            reference.Problems.Add(reference.Node, reference.Field, $"expected exactly one of {string.Join(", ", names)}, but found {named}");
        }
        reference.Done();
        return given.FirstOrDefault(one => one is not null);
    }

    private static bool Interval(string text, out long value, out string expected)
    {
        var isRead = Duration.TryParse(text, out value, out expected);
        expected += ", from 30s to 168h";
        return isRead && value is >= LeastInterval and <= MostInterval;
    }

    private static LayoutSource ReadLayout(FieldReader fields)
    {
        var path = ReadPath(fields);
        var source = new LayoutSource(path, ReadRef(fields, allowsSemver: false));
        fields.Done();
        return source;
    }

    private static FileSource ReadFile(FieldReader fields)
    {
        var source = new FileSource(ReadPath(fields), ReadHash(fields));
        fields.Done();
        return source;
    }

    private static HttpsSource? ReadHttps(FieldReader fields)
    {
        fields.TakeRequired("url", "a URL");
        var isUrl = fields.TryTake<Uri>("url", Texts.HttpsUrl, out var url);
        var hash = ReadHash(fields);
        fields.Done();
        return isUrl ? new HttpsSource(url, hash) : null;
    }

    private static string ReadPath(FieldReader fields)
    {
        fields.TakeRequired("path", "the path of a file");
        return fields.TryTake<string>("path", Texts.Path, out var path) ? path : "";
    }

    private static string ReadHash(FieldReader fields)
    {
        fields.TakeRequired("sha256", "64 lower-case hex digits, as sha256sum prints them");
        return fields.TryTake<string>("sha256", Texts.Sha256, out var hash) ? hash : "";
    }
}
