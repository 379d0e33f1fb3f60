using Backsoon.Accounts;
using Backsoon.Mail;
using Backsoon.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backsoon.Dispatch;

public static class DispatchComposition
{
    /// <summary>What the grains of this feature need, and the mails they send.</summary>
    public static IServiceCollection AddDispatch(this IServiceCollection services)
    {
        services.TryAddSingleton<Keys>();
        services.TryAddSingleton<Ledger>();
        return services
            .AddSingleton<DirectoryRows>()
            .AddSingleton<ImportRows>()
            .AddSingleton<RequestRows>()
            .AddSingleton<RequestErasure>()
            .AddSingleton<RequestHistory>()
            .AddSingleton<RequestWords>()
            .AddSingleton<SubmitWriter>()
            .AddSingleton<DispatchMails>()
            .AddSingleton<PhotoRows>()
            .AddSingleton<PhotoRoom>()
            .AddSingleton(EmailKind.Of("vendor-request", VendorRequestEmail.Example) with { TestExample = TestRequest.ToVendor(Examples.Business, VendorStanding.Asked) })
            .AddSingleton(EmailKind.Of("vendor-reminder", VendorReminderEmail.Example))
            .AddSingleton(EmailKind.Of("request-taken", RequestTakenEmail.Example))
            .AddSingleton(EmailKind.Of("request-reopened", RequestReopenedEmail.Example))
            .AddSingleton(EmailKind.Of("owner-asked", OwnerAskedEmail.Example) with { TestExample = TestRequest.ToOwner })
            .AddSingleton(EmailKind.Of("return", ReturnEmail.Example))
            .AddSingleton(EmailKind.Of("owner-notice", OwnerNoticeEmail.Example))
            .AddSingleton(EmailKind.Of("vendor-unreachable", VendorUnreachableEmail.Example))
            .AddSingleton(EmailKind.Of("caller-received", CallerReceivedEmail.Example) with { IsTyped = true })
            .AddSingleton(EmailKind.Of("caller-accepted", CallerAcceptedEmail.Example) with { IsTyped = true })
            .AddSingleton(EmailKind.Of("caller-notice", CallerNoticeEmail.Example) with { IsTyped = true })
            .AddSingleton(EmailKind.Of("vendor-message", VendorMessageEmail.Example))
            .AddSingleton(EmailKind.Of("caller-message", CallerMessageEmail.Example))
            .AddSingleton(EmailKind.Of("vendor-desk", VendorDeskEmail.Example))
            .AddSingleton(EmailKind.Of("owner-message", OwnerMessageEmail.Example));
    }
}
