#!/usr/bin/perl
# An SMS centre that is not ours: Net::SMPP, of Debian's libnet-smpp-perl. Tells on stdout what it was handed.
# Usage: sms-centre.pl PORT PASSWORD (hex|decimal) (before|after) (tlv|text)
#   how answers write ids (the text of a receipt writes them in decimal with zeros before), whether the receipt comes before the answer, and in what.
use strict;
use warnings;
use Net::SMPP;

my ($port, $password, $notation, $order, $form) = @ARGV;
$| = 1;
my $server = Net::SMPP->new_listen('127.0.0.1', port => $port, smpp_version => 0x34) or die "cannot listen: $!";
print "ready\n";
my $number = 0x1f2e3d4c;

while (my $line = $server->accept) {
  ${*$line}{async} = 1;
  while (my $pdu = $line->read_pdu) {
    my ($cmd, @seq) = ($pdu->{cmd}, seq => $pdu->{seq});
    if ($cmd == Net::SMPP::CMD_bind_transceiver) {
      my $right = $pdu->{password} eq $password;
      print "bind $pdu->{system_id} ", ($right ? 'taken' : 'refused'), "\n";
      $line->bind_transceiver_resp(system_id => 'perl', status => ($right ? 0 : 0x0e), @seq);
    } elsif ($cmd == Net::SMPP::CMD_submit_sm) {
      print join(' ', 'submit', @$pdu{qw(source_addr destination_addr esm_class data_coding registered_delivery)},
        unpack('H*', $pdu->{short_message})), "\n";
      print "valid $pdu->{validity_period}\n" if $pdu->{validity_period};
      my $id = ++$number;
      my $written = $notation eq 'hex' ? sprintf('%X', $id) : $id;
      my $receipt = sub {
        my %named = $form eq 'tlv' ? (receipted_message_id => "$written\0", message_state => pack('C', 2)) : ();
        my $text = sprintf('id:%012d', $id) . " sub:001 dlvrd:001 submit date:2611260130 done date:2611260131 stat:DELIVRD err:000 text:";
        $line->deliver_sm(source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
          esm_class => 4, short_message => ($form eq 'tlv' ? '' : $text), %named);
      };
      $receipt->() if $order eq 'before';
      $line->submit_sm_resp(message_id => $written, @seq);
      $receipt->() if $order eq 'after';
    } elsif ($cmd == Net::SMPP::CMD_enquire_link) {
      print "link\n";
      $line->enquire_link_resp(@seq);
    } elsif ($cmd == Net::SMPP::CMD_deliver_sm_resp) {
      print "receipt taken $pdu->{status}\n";
    } elsif ($cmd == Net::SMPP::CMD_unbind) {
      print "unbind\n";
      $line->unbind_resp(@seq);
      last;
    }
  }
}
