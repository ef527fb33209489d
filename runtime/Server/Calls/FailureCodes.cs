namespace Tapedeck.Server.Calls;

/// <summary>The codes of failed calls. Those of limits are made by <see cref="Policy.Limits.LimitExceeded.Code"/>.</summary>
internal static class FailureCodes
{
    /// <summary>The function gave its own error.</summary>
    internal const string ToolError = "tool-error";

    /// <summary>The component did what it must not, or gave up.</summary>
    internal const string Trap = "trap";

    /// <summary>The call failed, and the policy had denied it something.</summary>
    internal const string Denied = "denied";

    internal const string InvalidArguments = "invalid-arguments";
    internal const string Cancelled = "cancelled";

    /// <summary>The tool was removed while the call was on its way to it. Of events alone: the caller is told what one is told who asks for a tool that is not there.</summary>
    internal const string Gone = "gone";

    /// <summary>A fault of the runtime.</summary>
    internal const string Internal = "internal";
}
