using System.Globalization;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>What was written for one tool. Of its reconciliations alone, of which there is one at a time.</summary>
internal sealed class Writes
{
    private KubeObject? _policy;

    internal Dictionary<(Resource, ObjectKey), Written> All { get; } = [];

    /// <summary>The policies were written, and not all pods were told to look at them.</summary>
    internal bool IsToHurry { get; set; }

    /// <summary>When something failed first, of the passes in a row in which something did; null where nothing does now. Of the clock that nobody sets.</summary>
    internal long? FailedAt { get; private set; }

    /// <summary>What failed first in this row; null where nothing does now.</summary>
    internal FailedChild? Failed { get; private set; }

    /// <summary>A pass ended.</summary>
    /// <param name="failed">Null where nothing is to be tried again.</param>
    /// <param name="now">Of the same clock.</param>
    internal void Ended(FailedChild? failed, long now)
    {
        FailedAt = failed is null ? null : FailedAt ?? now;
        // Texts of failures may differ each time, and a status that is written each time would bring about the next one.
        Failed = failed is null ? null : Failed is { } first && first.Child == failed.Child ? first with { Error = failed.Error } : failed;
    }

    /// <summary>The number of a snapshot that somebody else wrote over, so that pods may have read what that was; 0 for none.</summary>
    internal long Spent { get; set; }

    /// <summary>The ConfigMap with the policies was written.</summary>
    internal void Handed(KubeObject policy) => _policy = policy.WithoutContent();

    internal bool IsPolicy(ObjectKey key) => _policy?.Key == key;

    /// <summary>The ConfigMap with the policies as it was last seen or written. A cache may still show what was before our own write, and that has another number.</summary>
    internal KubeObject? Policy(KubeObject? cached)
    {
        if (_policy is not null && cached is not null && !cached.IsBefore(_policy))
        {
            _policy = null;
        }
        return _policy ?? cached;
    }
}

/// <param name="Hash">Of what was applied.</param>
/// <param name="Before">The version that there was; empty for none.</param>
internal sealed record Written(string Hash, string Before, string After)
{
    /// <summary>Whether this is what was written last, and nobody wrote since. A cache may still show what was before our own write.</summary>
    internal bool IsStill(string hash, string version) => Hash == hash && (After == version || Before == version);
}

internal static class Versions
{
    /// <summary>Whether an object is of an earlier moment than another one of its resource.
    /// <see href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/5504-comparable-resource-version"/></summary>
    internal static bool IsBefore(this KubeObject one, KubeObject other) => Number(one) < Number(other);

    private static ulong Number(KubeObject @object) => ulong.TryParse(@object.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
