/** What the firmware says of the machine (DMI), as facts: /sys/class/dmi/id. Serial numbers and the UUID are told to root only. Pure. */
import type { JsonObject } from '../core/value.ts';

/** Files of /sys/class/dmi/id that are facts of the same name. */
const NAMES = [
  ...['sys_vendor', 'product_name', 'product_serial', 'product_uuid', 'product_version', 'bios_date', 'bios_vendor', 'bios_version'],
  ...['board_asset_tag', 'board_name', 'board_serial', 'board_vendor', 'board_version'],
  ...['chassis_asset_tag', 'chassis_serial', 'chassis_vendor', 'chassis_version'],
];
export const DMI = [...NAMES, 'chassis_type'];

/** Chassis types of the System Management BIOS specification, from 1. */
const CHASSIS = [
  ...['Other', 'Unknown', 'Desktop', 'Low Profile Desktop', 'Pizza Box', 'Mini Tower', 'Tower', 'Portable', 'Laptop', 'Notebook'],
  ...['Hand Held', 'Docking Station', 'All In One', 'Sub Notebook', 'Space-saving', 'Lunch Box', 'Main Server Chassis'],
  ...['Expansion Chassis', 'Sub Chassis', 'Bus Expansion Chassis', 'Peripheral Chassis', 'RAID Chassis', 'Rack Mount Chassis'],
  ...['Sealed-case PC', 'Multi-system', 'CompactPCI', 'AdvancedTCA', 'Blade', 'Blade Enclosure', 'Tablet', 'Convertible', 'Detachable'],
];

/** `lines`: "product_name PowerEdge R750". NA is what nobody tells. */
export function dmiFacts(lines: readonly string[]): JsonObject {
  const told = new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]));
  const facts = NAMES.map((name) => [name === 'sys_vendor' ? 'system_vendor' : name, told.get(name) || 'NA']);
  return { ...Object.fromEntries(facts), form_factor: CHASSIS[Number(told.get('chassis_type') ?? 0) - 1] ?? 'NA' };
}
