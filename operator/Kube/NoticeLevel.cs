namespace Tapedeck.Kube;

/// <summary>How much a <see cref="Notice"/> matters.</summary>
public enum NoticeLevel
{
    /// <summary>The course of things: a watch that ended and is opened again.</summary>
    Information,

    /// <summary>It failed and is tried again.</summary>
    Warning,

    /// <summary>It failed and is not tried again, or something was lost.</summary>
    Error,
}
